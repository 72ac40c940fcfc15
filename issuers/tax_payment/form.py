"""The form of the tax payment certificate (국세징수법 시행규칙 별지 제94호서식).

The local-tax form is another kind with its own words: it says 체납처분유예 where this one, since
the law was rewritten, says 압류·매각의 유예.
"""

from issuers.certificate.form import Block, Field, Rows, Table
from issuers.label import Label
from issuers.source.tax_records import Deferral
from issuers.tax_payment.certificate import TaxCertificate, arrears

ARTICLE = "국세징수법 시행규칙 별지 제94호서식"
_VALIDITY = "국세징수법 시행령 §96"
_DEFERRED = "국세징수법 시행령 §94"
_DERIVED = "derived by the authority from its accounts (국세징수법 §107)"

_HEADER: Rows[TaxCertificate] = (
    Field(
        "issue_number",
        Label("발급번호", "Issue number", "発行番号"),
        lambda paper: paper.application.issue_number,
    ),
    Field(
        "receipt_number",
        Label("접수번호", "Receipt number", "受付番号"),
        lambda paper: paper.application.document_number,
    ),
    Field(
        "processing_period",
        Label("처리기간", "Processing period", "処理期間"),
        lambda paper: "즉시",
    ),
)

_TAXPAYER: Rows[TaxCertificate] = (
    Field(
        "company_name",
        Label("상호(법인명)", "Trade name (corporate name)", "商号(法人名)"),
        lambda paper: paper.account.taxpayer.company,
        blank=True,
    ),
    Field(
        "business_number",
        Label("사업자등록번호", "Business registration number", "事業者登録番号"),
        lambda paper: paper.account.taxpayer.business_number,
        blank=True,
    ),
    Field(
        "name",
        Label("성명(대표자)", "Name (representative)", "氏名(代表者)"),
        lambda paper: paper.account.taxpayer.name,
    ),
    Field(
        "resident_number",
        Label(
            "주민등록번호(법인등록번호), 뒷자리 가림",
            "Resident (corporate) number, back half masked",
            "住民登録番号(法人登録番号)、後半非表示",
        ),
        lambda paper: paper.account.taxpayer.resident_number.masked,
    ),
    Field(
        "resident_number_back",
        Label("주민등록번호 뒷자리", "Back half of the resident number", "住民登録番号の後半"),
        lambda paper: paper.account.taxpayer.resident_number.back,
    ),
    Field(
        "address",
        Label("주소(본점)", "Address (head office)", "住所(本店)"),
        lambda paper: paper.account.taxpayer.address,
    ),
)

_USE: Rows[TaxCertificate] = (
    Field(
        "purpose",
        Label("사용목적", "Purpose of use", "使用目的"),
        lambda paper: paper.application.purpose.name,
    ),
    Field(
        "detail",
        Label("사용목적 내용", "Details of the purpose", "使用目的の内容"),
        lambda paper: paper.application.purpose.detail,
        blank=True,
    ),
    Field(
        "payer",
        Label("대금지급자", "Payer", "代金支払者"),
        lambda paper: paper.application.purpose.payer,
        blank=True,
    ),
)

_VALID: Rows[TaxCertificate] = (
    Field(
        "until",
        Label("증명서 유효기간", "Certificate valid until", "証明書の有効期間"),
        lambda paper: paper.validity.until.isoformat(),
    ),
    Field(
        "reason",
        Label("유효기간을 정한 사유", "Reason for this period", "有効期間を定めた事由"),
        lambda paper: paper.validity.reason,
    ),
)

_DEFERRAL: Rows[Deferral] = (
    Field("number", Label("번호", "Number", "番号"), lambda deferral: deferral.number),
    Field("kind", Label("종류", "Kind", "種類"), lambda deferral: deferral.kind),
    Field(
        "since",
        Label("유예기간 시작", "Deferred since", "猶予期間の開始"),
        lambda deferral: deferral.since.isoformat(),
    ),
    Field(
        "until",
        Label("유예기간 끝", "Deferred until", "猶予期間の終了"),
        lambda deferral: deferral.until.isoformat(),
    ),
    Field(
        "tax_period",
        Label("과세기간", "Tax period", "課税期間"),
        lambda deferral: deferral.tax.period,
    ),
    Field("tax_item", Label("세목", "Tax item", "税目"), lambda deferral: deferral.tax.item),
    Field(
        "due_on",
        Label("납부기한", "Due date", "納付期限"),
        lambda deferral: deferral.tax.due_on.isoformat(),
    ),
    Field(
        "amount",
        Label("세액", "Amount of tax (won)", "税額"),
        lambda deferral: deferral.tax.amount,
    ),
)

_ARREARS: Rows[TaxCertificate] = (
    Field(
        "amount",
        Label("체납액", "Arrears (won)", "滞納額"),
        lambda paper: arrears(paper.account, paper.application.issued_on),
    ),
    Field(
        "trustee_in_kind",
        Label(
            "수탁자 물적납세의무 체납",
            "Arrears of a trustee liable in kind (won)",
            "受託者の物的納税義務の滞納",
        ),
        lambda paper: paper.account.trustee_arrears,
    ),
)

_ISSUE: Rows[TaxCertificate] = (
    Field(
        "department",
        Label("담당부서", "Department in charge", "担当部署"),
        lambda paper: paper.account.office.department,
    ),
    Field(
        "officer",
        Label("담당자", "Officer in charge", "担当者"),
        lambda paper: paper.account.office.officer,
    ),
    Field("phone", Label("연락처", "Contact", "連絡先"), lambda paper: paper.account.office.phone),
    Field(
        "issued_on",
        Label("발급일", "Date of issue", "発行日"),
        lambda paper: paper.application.issued_on.isoformat(),
    ),
    Field(
        "tax_office_head",
        Label("세무서장", "Head of the tax office", "税務署長"),
        lambda paper: paper.account.office.name,
    ),
    Field("seal", Label("직인", "Official seal", "職印"), lambda paper: paper.account.office.seal),
)

FORM: Rows[TaxCertificate] = (
    *_HEADER,
    Field(
        "no_arrears",
        Label("체납 없음", "No arrears", "滞納なし"),
        lambda paper: arrears(paper.account, paper.application.issued_on) == 0,
        article=_DERIVED,
    ),
    Field(
        "no_deferrals",
        Label("유예 없음", "No deferrals", "猶予なし"),
        lambda paper: not paper.account.deferrals,
        article=_DERIVED,
    ),
    Block("taxpayer", Label("납세자", "Taxpayer", "納税者"), _TAXPAYER),
    Block("use", Label("사용목적", "Use", "使用目的"), _USE),
    Block("validity", Label("유효기간", "Validity", "有効期間"), _VALID, article=_VALIDITY),
    Table(
        "deferrals",
        Label("연장·유예 명세", "Extensions and deferrals", "延長・猶予の明細"),
        Label("연장·유예 1건", "One extension or deferral", "延長・猶予1件"),
        lambda paper: paper.account.deferrals,
        _DEFERRAL,
        article=_DEFERRED,
    ),
    Block("arrears", Label("체납", "Arrears", "滞納"), _ARREARS),
    Block("issue", Label("발급", "Issue", "発行"), _ISSUE),
)
