"""The law behind each code of `consent.forms.legal_basis`, in words for people.

*Caution.* Paragraph numbers of Korean decrees differ between the copies this was read from; before
anything of it is cited in public, look the article up at the law database and add promulgation
number and date. ``read_in`` says which text it was read from, so that nobody takes it for the law
itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from consent.forms.legal_basis import LegalBasis
from consent.forms.terms import LocalText


@dataclass(frozen=True, slots=True)
class Law:
    """One basis: act and article in the law's own language, and a sentence for the person."""

    basis: LegalBasis
    act: str
    article: str
    read_in: str
    label: LocalText


def law_of(basis: LegalBasis) -> Law:
    """Return the law behind a code; every code has one."""
    return _LAWS[basis]


def law_label(code: str) -> LocalText:
    """Return what a page says of a code; one not on the list is shown as it stands."""
    known = next((law.label for law in _LAWS.values() if law.basis.value == code), None)
    return known or LocalText(code, code, code)


_SECONDARY: Final = "secondary text; promulgation number and date not checked"
_DECREE_COPY: Final = "copy amended to 2025-09-23; numbering differs between copies"
_RULES_COPY: Final = "copy amended to 2026-04-28"


def _law(basis: LegalBasis, source: tuple[str, str, str], label: LocalText) -> Law:
    act, article, read_in = source
    return Law(basis, act, article, read_in, label)


_LAWS: Final[Mapping[LegalBasis, Law]] = MappingProxyType(
    {
        law.basis: law
        for law in (
            _law(
                LegalBasis.CONSENT,
                ("개인정보 보호법", "제15조제1항제1호", _SECONDARY),
                LocalText(
                    "본인의 동의 (개인정보 보호법 제15조제1항제1호)",
                    "Your consent (Personal Information Protection Act, article 15 (1) 1)",
                    "本人の同意(韓国 個人情報保護法 第15条第1項第1号)",
                ),
            ),
            _law(
                LegalBasis.CONSENT_TO_PROVISION,
                ("개인정보 보호법", "제17조제1항제1호", _SECONDARY),
                LocalText(
                    "제3자 제공 동의 (개인정보 보호법 제17조제1항제1호)",
                    "Your consent to pass it on (Personal Information Protection Act, "
                    "article 17 (1) 1)",
                    "第三者提供への同意(韓国 個人情報保護法 第17条第1項第1号)",
                ),
            ),
            _law(
                LegalBasis.TRANSMISSION_REQUEST,
                ("개인정보 보호법, 같은 법 시행령", "제35조의2, 제42조의5", _DECREE_COPY),
                LocalText(
                    "본인의 전송 요구 (개인정보 보호법 제35조의2)",
                    "Your request to transmit (Personal Information Protection Act, article 35-2)",
                    "本人の伝送要求(韓国 個人情報保護法 第35条の2)",
                ),
            ),
            _law(
                LegalBasis.OWN_INFORMATION_REQUEST,
                ("전자정부법", "제43조의2", "copy amended to 2025-01"),
                LocalText(
                    "본인정보 제공 요구 (전자정부법 제43조의2)",
                    "Your request for your own information (Electronic Government Act, "
                    "article 43-2)",
                    "本人情報の提供要求(韓国 電子政府法 第43条の2)",
                ),
            ),
            _law(
                LegalBasis.OWN_INFORMATION_PETITION,
                ("민원 처리에 관한 법률", "제10조의2", _SECONDARY),
                LocalText(
                    "민원을 위한 본인정보 제공 요구 (민원 처리에 관한 법률 제10조의2)",
                    "Your own information for a petition (Civil Petitions Treatment Act, "
                    "article 10-2)",
                    "民願のための本人情報の提供要求(韓国 民願処理法 第10条の2)",
                ),
            ),
            _law(
                LegalBasis.JOINT_USE_CONSENT,
                ("전자정부법", "제42조", "copy amended to 2025-01"),
                LocalText(
                    "행정정보 공동이용 사전 동의 (전자정부법 제42조)",
                    "Your prior consent to joint use (Electronic Government Act, article 42)",
                    "行政情報の共同利用への事前同意(韓国 電子政府法 第42条)",
                ),
            ),
            _law(
                LegalBasis.JOINT_USE,
                ("전자정부법", "제36조", _SECONDARY),
                LocalText(
                    "행정정보 공동이용 (전자정부법 제36조)",
                    "Joint use by agencies (Electronic Government Act, article 36)",
                    "行政情報の共同利用(韓国 電子政府法 第36条)",
                ),
            ),
            _law(
                LegalBasis.AGE_CHECK,
                ("청소년 보호법", "제28조제4항", _SECONDARY),
                LocalText(
                    "나이 확인 의무 (청소년 보호법 제28조제4항)",
                    "The duty to check age (Youth Protection Act, article 28 (4))",
                    "年齢確認の義務(韓国 青少年保護法 第28条第4項)",
                ),
            ),
            _law(
                LegalBasis.TAX_CLEARANCE,
                ("국세징수법, 지방세징수법", "제107조, 제5조", "copy amended to 2022-02-15"),
                LocalText(
                    "납세증명서 제출 (국세징수법 제107조, 지방세징수법 제5조)",
                    "Proof that taxes are paid (National Tax Collection Act, article 107; "
                    "Local Tax Collection Act, article 5)",
                    "納税証明書の提出(韓国 国税徴収法 第107条、地方税徴収法 第5条)",
                ),
            ),
            _law(
                LegalBasis.CREDITOR_VIEW,
                (
                    "주민등록법, 같은 법 시행규칙",
                    "제29조제2항제6호, 제13조제11항",
                    _RULES_COPY,
                ),
                LocalText(
                    "채권·채무 이해관계인 (주민등록법 제29조제2항제6호, 같은 법 시행규칙 "
                    "제13조제11항)",
                    "A creditor's interest (Resident Registration Act, article 29 (2) 6; its "
                    "Rules, article 13 (11))",
                    "債権・債務の利害関係(韓国 住民登録法 第29条第2項第6号、同法施行規則 "
                    "第13条第11項)",
                ),
            ),
            _law(
                LegalBasis.FINANCIAL_COMPANY_VIEW,
                (
                    "주민등록법, 같은 법 시행규칙",
                    "제29조제2항제6호, 별지 제10호서식",
                    _RULES_COPY,
                ),
                LocalText(
                    "금융회사 확인 (주민등록법 제29조제2항제6호, 같은 법 시행규칙 별지 "
                    "제10호서식)",
                    "A financial company's check (Resident Registration Act, article 29 (2) 6; "
                    "its Rules, form 10)",
                    "金融会社の確認(韓国 住民登録法 第29条第2項第6号、同法施行規則 "
                    "別紙第10号書式)",
                ),
            ),
            _law(
                LegalBasis.GDPR_CONSENT,
                ("Regulation (EU) 2016/679", "Article 6(1)(a)", _SECONDARY),
                LocalText(
                    "본인의 동의 (유럽연합 GDPR 제6조제1항(a))",
                    "Your consent (GDPR, article 6(1)(a))",
                    "本人の同意(EU GDPR 第6条1項(a))",
                ),
            ),
            _law(
                LegalBasis.APPI_CONSENT,
                ("個人情報の保護に関する法律", "第27条第1項", _SECONDARY),
                LocalText(
                    "본인의 동의 (일본 개인정보 보호법 제27조제1항)",
                    "Your consent (Japan's Act on the Protection of Personal Information, "
                    "article 27 (1))",
                    "本人の同意(個人情報保護法 第27条第1項)",
                ),
            ),
        )
    }
)
