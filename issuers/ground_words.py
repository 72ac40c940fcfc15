"""What a refused person reads: for each ground one sentence why, and one on what to do next.

They are shown to whoever applied, who may not be alone in front of the screen: the sentence for a
suspected threat says that the desk wants to talk, not that it suspects somebody.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from issuers.label import Label

REASONS: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "guardian_unconfirmed": Label(
            "14세 미만인 사람의 법정대리인이 동의했는지 확인하지 못했습니다.",
            "It could not be confirmed that the legal representative of a child agreed.",
            "14歳未満の方の法定代理人の同意を確認できませんでした。",
        ),
        "access_limited": Label(
            "법이 보여 주지 못하게 한 내용입니다.",
            "The law does not let this be shown.",
            "法律により閲覧が制限されている内容です。",
        ),
        "harms_others": Label(
            "내주면 다른 사람의 권리를 해칠 수 있습니다.",
            "Issuing it would harm the rights of somebody else.",
            "交付すると他の方の権利を害するおそれがあります。",
        ),
        "proxy_unconfirmed": Label(
            "대신 신청할 수 있는 사람인지 확인하지 못했습니다.",
            "It could not be confirmed that the applicant may act for somebody else.",
            "代理人であることを確認できませんでした。",
        ),
        "not_specified": Label(
            "무엇을 어디에 쓰려는지 분명하지 않습니다.",
            "What is asked for, or what for, is not clear.",
            "必要な内容や用途が明らかではありません。",
        ),
        "identity_unconfirmed": Label(
            "본인인지 확인하지 못했습니다.",
            "It could not be confirmed who is applying.",
            "ご本人であることを確認できませんでした。",
        ),
        "obtained_unfairly": Label(
            "다른 사람이 로그인 수단을 쓴 것으로 확인되었습니다.",
            "The application was made with somebody's sign-in by another person.",
            "他の方がログイン手段を使用したことが確認されました。",
        ),
        "wrong_receiver": Label(
            "법이 정한 받는 곳이 아닙니다.",
            "The receiver is not one the law names.",
            "法律で定められた受取先ではありません。",
        ),
        "abused": Label(
            "받은 정보가 나쁜 일에 쓰여 신청한 사람에게 해가 됩니다.",
            "The data is used against the person it is about.",
            "情報が不正に使用され、ご本人の利益を害します。",
        ),
        "excessive": Label(
            "같은 내용을 까닭 없이 너무 자주 신청했습니다.",
            "The same was applied for too often without a reason.",
            "同じ内容の申請が理由なく繰り返されました。",
        ),
        "deceived_or_threatened": Label(
            "내주기 전에 본인과 따로 확인할 것이 있습니다.",
            "The desk has to ask the person something before it issues.",
            "交付前にご本人に確認することがあります。",
        ),
        "not_entitled": Label(
            "본인이나 같은 세대, 또는 법으로 정한 사람만 받을 수 있습니다.",
            "It goes to the person, the same household, or whom the law names.",
            "ご本人、同じ世帯、または法律で定められた方だけが受け取れます。",
        ),
        "privacy_or_public_interest": Label(
            "다른 사람의 사생활을 해치거나 공익에 어긋날 수 있습니다.",
            "It could intrude on somebody's private life or the public interest.",
            "他の方の私生活を侵害し、または公益に反するおそれがあります。",
        ),
        "papers_missing": Label(
            "신청에 필요한 증명 서류가 빠졌습니다.",
            "A paper that proves the claim is missing.",
            "申請に必要な証明書類が足りません。",
        ),
        "no_such_record": Label(
            "이 증명서로 만들 기록이 없습니다.",
            "The register holds no record this certificate could be made of.",
            "この証明書のもとになる記録がありません。",
        ),
        "arrears": Label(
            "아직 내지 않은 세금이 있습니다.",
            "Taxes are in arrears.",
            "未納の税金があります。",
        ),
    }
)

AT_DESK: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "deceived_or_threatened": Label(
            "속거나 협박당해 신청하는 것으로 보입니다. (신청인에게는 이 말이 보이지 않습니다.)",
            "The applicant seems to be deceived or threatened. (Not shown to the applicant.)",
            "だまされ、または脅されて申請しているようです。(申請者には表示されません。)",
        ),
    }
)

NEXT: Final[Mapping[str, Label]] = MappingProxyType(
    {
        "guardian_unconfirmed": Label(
            "법정대리인이 직접 신청하세요.",
            "The legal representative applies.",
            "法定代理人の方が申請してください。",
        ),
        "access_limited": Label(
            "창구에 어떤 내용이 왜 막히는지 물어보세요.",
            "Ask the desk which part is limited, and why.",
            "どの内容がなぜ制限されるかを窓口にお尋ねください。",
        ),
        "harms_others": Label(
            "필요한 부분만 골라 다시 신청하세요.",
            "Apply again for the part you need.",
            "必要な部分だけを選んで申請し直してください。",
        ),
        "proxy_unconfirmed": Label(
            "맡긴 사람이 위임을 적은 뒤 다시 신청하세요.",
            "Have the person give a mandate, then apply again.",
            "ご本人が委任を登録した後、申請し直してください。",
        ),
        "not_specified": Label(
            "증명서와 쓸 곳을 정해 다시 신청하세요.",
            "Choose certificate and purpose, then apply again.",
            "証明書と用途を決めて申請し直してください。",
        ),
        "identity_unconfirmed": Label(
            "신분증을 가지고 창구로 오세요.",
            "Come to the desk with an identity card.",
            "身分証をお持ちのうえ窓口にお越しください。",
        ),
        "obtained_unfairly": Label(
            "로그인 수단을 새로 받고 창구에 알리세요.",
            "Renew your sign-in and tell the desk.",
            "ログイン手段を新しくし、窓口にお知らせください。",
        ),
        "wrong_receiver": Label(
            "받는 곳을 본인으로 바꿔 다시 신청하세요.",
            "Apply again with yourself as the receiver.",
            "受取先をご本人に変えて申請し直してください。",
        ),
        "abused": Label(
            "창구나 개인정보 침해 신고센터에 도움을 구하세요.",
            "Ask the desk or the privacy centre for help.",
            "窓口または個人情報の相談センターにご相談ください。",
        ),
        "excessive": Label(
            "이미 받은 증명서를 쓰거나, 까닭을 창구에 말하세요.",
            "Use what you have, or tell the desk why you need another.",
            "お持ちの証明書を使うか、理由を窓口にお伝えください。",
        ),
        "deceived_or_threatened": Label(
            "혼자 창구로 오거나 전화해 주세요.",
            "Come to the desk alone, or call.",
            "お一人で窓口にお越しいただくか、お電話ください。",
        ),
        "not_entitled": Label(
            "본인이 신청하거나, 본인의 위임을 받으세요.",
            "Have the person apply, or get a mandate.",
            "ご本人が申請するか、ご本人の委任を受けてください。",
        ),
        "privacy_or_public_interest": Label(
            "까닭을 적은 알림을 받고 이의를 낼 수 있습니다.",
            "You may object once you have the written notice.",
            "理由の通知を受けた後、異議を申し立てることができます。",
        ),
        "papers_missing": Label(
            "빠진 서류를 가지고 다시 신청하세요.",
            "Apply again with the missing paper.",
            "足りない書類をそろえて申請し直してください。",
        ),
        "no_such_record": Label(
            "같은 세대의 등본처럼 다른 증명서를 고르세요.",
            "Choose another certificate, such as the household's copy.",
            "世帯の謄本など、他の証明書をお選びください。",
        ),
        "arrears": Label(
            "세금을 내거나 미룬 뒤 다시 신청하세요.",
            "Pay or defer them, then apply again.",
            "納付または猶予の後、申請し直してください。",
        ),
    }
)
