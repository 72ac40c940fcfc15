"""The printed forms, block by block and field by field, and the claims that stand for each field.

Each entry is a block, a field of it (empty for the block itself), and the claims. What no form
prints is under `DERIVED` (worked out by the authority) or `ASKED` (a question the portal asks
before it prints: shown or not). Sources: law texts and public descriptions of the forms.
"""

Entry = tuple[str, str, tuple[str, ...]]

DERIVED = "파생"
ASKED = "발급 전 선택"

_HEADER: tuple[Entry, ...] = (
    ("머리", "문서확인번호", ("document_number",)),
    ("머리", "발급번호", ("issue_number",)),
    ("머리", "담당자", ("officer",)),
    ("머리", "전화", ("phone",)),
    ("머리", "신청인", ("applicant",)),
    ("머리", "용도 및 목적", ("purpose",)),
    ("머리", "발급일", ("issued_on",)),
    ("머리", "발급기관", ("issuing_agency",)),
    ("머리", "직인", ("seal",)),
    (DERIVED, "만 나이", ("age_over_14", "age_over_19", "age_over_65")),
)


def _people(block: str, of: str) -> tuple[Entry, ...]:
    """The columns of a table of people."""
    return (
        (block, "", (of, f"{of}.*")),
        (block, "번호", (f"{of}.*.number",)),
        (block, "세대주와의 관계", (f"{of}.*.relation",)),
        (block, "성명", (f"{of}.*.name",)),
        (block, "한자", (f"{of}.*.name_hanja",)),
        (block, "주민등록번호(뒷자리 가림)", (f"{of}.*.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", (f"{of}.*.resident_number_back",)),
        (block, "전입일/변동일", (f"{of}.*.moved_in_on", f"{of}.*.changed_on")),
        (block, "변동사유", (f"{of}.*.change_reason",)),
    )


# The namespaces of the identity cards.
_MDL, _CARD = "org.iso.18013.5.1", "kr.mydata.resident_card.1"

FORMS: dict[str, tuple[Entry, ...]] = {
    "resident-register": (
        *_HEADER,
        ("세대", "", ("household",)),
        ("세대", "세대주 성명(한자)", ("household.head_name", "household.head_name_hanja")),
        ("세대", "세대구성 사유", ("household.formation_reason",)),
        ("세대", "세대구성 일자", ("household.formed_on",)),
        ("현주소", "", ("current_address",)),
        ("현주소", "현주소", ("current_address.address",)),
        (
            "현주소",
            "전입일/변동일",
            ("current_address.moved_in_on", "current_address.changed_on"),
        ),
        ("현주소", "변동사유", ("current_address.change_reason",)),
        *_people("세대원", "members"),
        ("과거주소", "", ("past_addresses", "past_addresses.*")),
        ("과거주소", "번호", ("past_addresses.*.number",)),
        ("과거주소", "주소", ("past_addresses.*.address",)),
        (
            "과거주소",
            "전입일/변동일",
            ("past_addresses.*.moved_in_on", "past_addresses.*.changed_on"),
        ),
        ("과거주소", "변동사유", ("past_addresses.*.change_reason",)),
        *_people("동거인", "cohabitants"),
    ),
    "resident-abstract": (
        *_HEADER,
        ("본인", "", ("person",)),
        ("본인", "성명", ("person.name",)),
        ("본인", "한자", ("person.name_hanja",)),
        ("본인", "주민등록번호", ("person.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", ("person.resident_number_back",)),
        (DERIVED, "등록상태(주소 첫 줄)", ("register_status",)),
        (DERIVED, "현주소(주소 첫 줄)", ("current_address", "current_address.address")),
        (
            DERIVED,
            "전입일/변동일(주소 첫 줄)",
            ("current_address.moved_in_on", "current_address.changed_on"),
        ),
        (DERIVED, "변동사유(주소 첫 줄)", ("current_address.change_reason",)),
        ("인적사항 변경", "", ("personal_changes", "personal_changes.*")),
        ("인적사항 변경", "번호", ("personal_changes.*.number",)),
        (
            "인적사항 변경",
            "변경내용(변경 전/후)",
            (
                "personal_changes.*.item",
                "personal_changes.*.before",
                "personal_changes.*.after",
            ),
        ),
        ("인적사항 변경", "변동일", ("personal_changes.*.changed_on",)),
        ("인적사항 변경", "변동사유", ("personal_changes.*.change_reason",)),
        ("주소 범위", "", ("address_range",)),
        ("주소", "", ("addresses", "addresses.*")),
        ("주소", "번호", ("addresses.*.number",)),
        ("주소", "주소", ("addresses.*.address",)),
        ("주소", "전입일", ("addresses.*.moved_in_on",)),
        ("주소", "변동일", ("addresses.*.changed_on",)),
        ("주소", "세대주 및 관계", ("addresses.*.head_name", "addresses.*.head_relation")),
        ("주소", "등록상태", ("addresses.*.register_status",)),
        ("주소", "변동사유", ("addresses.*.change_reason",)),
        ("병역", "", ("service_record",)),
        ("병역", "군별", ("service_record.branch",)),
        ("병역", "군번", ("service_record.service_number",)),
        ("병역", "계급", ("service_record.rank",)),
        ("병역", "입영일", ("service_record.enlisted_on",)),
        ("병역", "전역일", ("service_record.discharged_on",)),
        ("병역", "전역사유", ("service_record.discharge_reason",)),
    ),
    "tax-payment": (
        ("머리", "발급번호", ("issue_number",)),
        ("머리", "접수번호", ("receipt_number",)),
        ("머리", "처리기간(즉시)", ("processing_period",)),
        (DERIVED, "체납 없음", ("no_arrears",)),
        (DERIVED, "유예 없음", ("no_deferrals",)),
        ("납세자", "", ("taxpayer",)),
        ("납세자", "상호(법인명)", ("taxpayer.company_name",)),
        ("납세자", "사업자등록번호", ("taxpayer.business_number",)),
        ("납세자", "성명(대표자)", ("taxpayer.name",)),
        ("납세자", "주민등록번호(법인등록번호)", ("taxpayer.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", ("taxpayer.resident_number_back",)),
        ("납세자", "주소(본점)", ("taxpayer.address",)),
        ("사용목적", "", ("use",)),
        ("사용목적", "사용목적", ("use.purpose",)),
        ("사용목적", "내용", ("use.detail",)),
        ("사용목적", "대금지급자", ("use.payer",)),
        ("유효기간", "", ("validity",)),
        ("유효기간", "증명서 유효기간", ("validity.until",)),
        ("유효기간", "유효기간을 정한 사유", ("validity.reason",)),
        ("연장·유예 명세", "", ("deferrals", "deferrals.*")),
        (DERIVED, "번호", ("deferrals.*.number",)),
        ("연장·유예 명세", "종류", ("deferrals.*.kind",)),
        ("연장·유예 명세", "유예기간", ("deferrals.*.since", "deferrals.*.until")),
        ("연장·유예 명세", "과세기간", ("deferrals.*.tax_period",)),
        ("연장·유예 명세", "세목", ("deferrals.*.tax_item",)),
        ("연장·유예 명세", "납부기한", ("deferrals.*.due_on",)),
        ("연장·유예 명세", "세액", ("deferrals.*.amount",)),
        ("체납", "", ("arrears",)),
        ("체납", "체납액(없음)", ("arrears.amount",)),
        ("체납", "수탁자 물적납세의무 체납", ("arrears.trustee_in_kind",)),
        ("발급", "", ("issue",)),
        ("발급", "담당부서", ("issue.department",)),
        ("발급", "담당자", ("issue.officer",)),
        ("발급", "연락처", ("issue.phone",)),
        ("발급", "발급일", ("issue.issued_on",)),
        ("발급", "세무서장", ("issue.tax_office_head",)),
        ("발급", "직인", ("issue.seal",)),
    ),
    "local-tax-payment": (
        ("머리", "발급번호", ("issue_number",)),
        (DERIVED, "체납 없음", ("no_arrears",)),
        ("납세자", "", ("taxpayer",)),
        ("납세자", "성명(법인명)", ("taxpayer.name",)),
        ("납세자", "주민(법인)등록번호", ("taxpayer.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", ("taxpayer.resident_number_back",)),
        ("납세자", "주소(영업소)", ("taxpayer.address",)),
        ("납세자", "상호", ("taxpayer.company_name",)),
        ("납세자", "사업자번호", ("taxpayer.business_number",)),
        ("사용목적", "", ("use",)),
        ("사용목적", "사용목적", ("use.purpose", "use.detail")),
        ("사용목적", "대금지급자", ("use.payer",)),
        ("유효기간", "", ("validity",)),
        ("유효기간", "유효기간", ("validity.until", "validity.reason")),
        ("징수유예등·체납처분유예 내역", "", ("deferrals", "deferrals.*")),
        (DERIVED, "번호", ("deferrals.*.number",)),
        (DERIVED, "종류", ("deferrals.*.kind",)),
        ("징수유예등·체납처분유예 내역", "과세연도", ("deferrals.*.tax_year",)),
        ("징수유예등·체납처분유예 내역", "세목", ("deferrals.*.tax_item",)),
        ("징수유예등·체납처분유예 내역", "납부기한", ("deferrals.*.due_on",)),
        ("징수유예등·체납처분유예 내역", "세액", ("deferrals.*.amount",)),
        (
            "징수유예등·체납처분유예 내역",
            "유예기간",
            ("deferrals.*.since", "deferrals.*.until"),
        ),
        ("체납액", "", ("arrears",)),
        ("체납액", "체납액", ("arrears.amount",)),
        ("발급", "", ("issue",)),
        ("발급", "발급일", ("issue.issued_on",)),
        ("발급", "시장·군수·구청장", ("issue.head",)),
        ("발급", "직인", ("issue.seal",)),
    ),
    "driving-licence": (
        ("운전면허증", "", (_MDL,)),
        ("영문", "성", (f"{_MDL}.family_name",)),
        ("영문", "이름", (f"{_MDL}.given_name",)),
        ("영문", "생년월일", (f"{_MDL}.birth_date",)),
        (DERIVED, "성별(주민등록번호)", (f"{_MDL}.sex",)),
        ("운전면허증", "사진", (f"{_MDL}.portrait",)),
        ("운전면허증", "면허번호", (f"{_MDL}.document_number",)),
        (
            "영문",
            "운전할 수 있는 차의 종류",
            (
                f"{_MDL}.driving_privileges",
                f"{_MDL}.driving_privileges.*",
                f"{_MDL}.driving_privileges.*.vehicle_category_code",
            ),
        ),
        ("영문", "취득일", (f"{_MDL}.driving_privileges.*.issue_date",)),
        ("영문", "적성검사·갱신기간", (f"{_MDL}.driving_privileges.*.expiry_date",)),
        ("운전면허증", "발급일", (f"{_MDL}.issue_date",)),
        ("운전면허증", "적성검사·갱신기간", (f"{_MDL}.expiry_date",)),
        (DERIVED, "발급 국가", (f"{_MDL}.issuing_country",)),
        ("영문", "발급기관", (f"{_MDL}.issuing_authority",)),
        (DERIVED, "국가 식별 기호", (f"{_MDL}.un_distinguishing_sign",)),
        (DERIVED, "만 나이", tuple(f"{_MDL}.age_over_{years}" for years in (18, 19, 21, 65))),
        ("운전면허증", "", (f"{_MDL}.KR",)),
        ("운전면허증", "성명", (f"{_MDL}.KR.name",)),
        ("운전면허증", "주민등록번호", (f"{_MDL}.KR.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", (f"{_MDL}.KR.resident_number_back",)),
        ("운전면허증", "주소", (f"{_MDL}.KR.address",)),
        (
            "운전면허증",
            "면허의 종류",
            (
                f"{_MDL}.KR.licence_classes",
                f"{_MDL}.KR.licence_classes.*",
                f"{_MDL}.KR.licence_classes.*.name",
            ),
        ),
        ("운전면허증", "취득일", (f"{_MDL}.KR.licence_classes.*.since",)),
        ("운전면허증", "시·도경찰청장", (f"{_MDL}.KR.issuing_office",)),
    ),
    "resident-card": (
        ("주민등록증", "", (_CARD,)),
        ("주민등록증", "성명", (f"{_CARD}.name", f"{_CARD}.name_hanja")),
        ("주민등록증", "주민등록번호", (f"{_CARD}.resident_number",)),
        (ASKED, "주민등록번호 뒷자리", (f"{_CARD}.resident_number_back",)),
        (DERIVED, "생년월일·성별(주민등록번호)", (f"{_CARD}.birth_date", f"{_CARD}.sex")),
        ("주민등록증", "주소", (f"{_CARD}.resident_address",)),
        ("주민등록증", "사진", (f"{_CARD}.portrait",)),
        ("주민등록증", "발행일", (f"{_CARD}.issue_date",)),
        (DERIVED, "발급 국가", (f"{_CARD}.issuing_country",)),
        ("주민등록증", "주민등록기관", (f"{_CARD}.issuing_authority",)),
        (DERIVED, "만 나이", tuple(f"{_CARD}.age_over_{years}" for years in (18, 19, 65))),
    ),
}


def place_of(kind: str) -> dict[str, str]:
    """Where on the printed form each claim stands: block and field, by dotted path."""
    return {
        path: f"{block} · {field}" if field else block
        for block, field, paths in FORMS[kind]
        for path in paths
    }
