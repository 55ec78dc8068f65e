"""A mapping on a sample, before any source uses it."""

import httpx

from tests.support.members import Member

MAPPING = {
    "columns": [
        {"from": "NUM", "to": "ref"}, {"from": "PROG", "to": "residence_ref"},
        {"from": "TYPE", "to": "typology", "values": {"F2": "T2"}}, {"from": "PIECES", "to": "rooms"},
    ]
}  # fmt: skip


async def test_mapping_says_of_each_record_of_a_sample_what_it_states_and_what_is_wrong(
    client: httpx.AsyncClient, landlord: Member
) -> None:
    assert (await client.put("/v1/mappings/erp", json=MAPPING, headers=landlord.headers)).status_code == 201
    answer = await client.post(
        "/v1/mappings/erp/try", content="NUM;PROG;TYPE;PIECES\nH1;R1;F2;2\nH2;R1;F9;2\n",
        headers={**landlord.headers, "Content-Type": "text/csv", "Accept-Language": "fr"},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    good, bad = answer.json()["items"]
    assert good["home"] == {"ref": "H1", "residence_ref": "R1", "typology": "T2", "rooms": 2}
    assert (bad["rejected"], bad["notes"][0]["column"], bad["notes"][0]["value"]) == (True, "TYPE", "F9")
    assert (await client.get("/v1/imports", headers=landlord.headers)).json()["items"] == []


async def test_sample_that_is_no_file_is_refused_by_name(client: httpx.AsyncClient, landlord: Member) -> None:
    await client.put("/v1/mappings/erp", json=MAPPING, headers=landlord.headers)
    for content, media_type, code in ((b"", "text/csv", "file-missing"), (b"x", "text/plain", "file-type-differs")):
        answer = await client.post(
            "/v1/mappings/erp/try", content=content, headers={**landlord.headers, "Content-Type": media_type}
        )
        assert answer.json()["code"] == code, answer.text
