"""What an integrator writes in Python after reading the published guide: requests, Bearer, response.json().

python3 chathub.py BASE_URL LOGIN PASSWORD ORGANIZATION_ID COUNT -> one JSON object that says what happened.
"""

import json
import sys
from datetime import datetime, timedelta, timezone

import requests

BASE, LOGIN, PASSWORD, ORGANIZATION, COUNT = sys.argv[1:6]
ACTIVE, INACTIVE, DELETED = 0, 1, 2


def company_token(password):
    response = requests.post(
        f"{BASE}/api/company/get-token",
        headers={"Accept": "text/plain"},
        json={"login": LOGIN, "password": password},
        timeout=30,
    )
    response.raise_for_status()
    return response.json()


class ChatHub:
    def __init__(self, token):
        self.session = requests.Session()
        self.session.headers.update({"Accept": "text/plain", "Authorization": f"Bearer {token}"})

    def call(self, method, path, **options):
        response = self.session.request(method, BASE + path, timeout=30, **options)
        response.raise_for_status()
        return response

    def organizations(self):
        return self.call("GET", "/api/company/organization").json()

    def operators(self, organization_id):
        return self.call("GET", "/api/operator", params={"organizationId": organization_id}).json()

    def add_operators(self, rows, chunk_size=100):
        for number, row in enumerate(rows):
            if not row.get("organizationId"):
                raise ValueError(f"row {number}: organizationId is missing")
            if not row.get("name", "").strip():
                raise ValueError(f"row {number}: name is missing")
            if len(row["name"]) > 100:
                raise ValueError(f"row {number}: name is too long")
        added = []
        for start in range(0, len(rows), chunk_size):
            added += self.call("POST", "/api/operator/synchronize", json=rows[start : start + chunk_size]).json()
        return added

    def set_status(self, operator_id, status):
        response = self.call("POST", "/api/operator/status", json={"id": operator_id, "status": status})
        return response.status_code == 200 and response.text == ""

    def operator_token(self, operator_id):
        expires_at = datetime.now(timezone.utc) + timedelta(hours=24)
        body = {"id": operator_id, "expiresAt": expires_at.isoformat()}
        return self.call("POST", "/api/operator/get-token", json=body).json()

    def validate(self, token):
        return self.call("POST", "/api/operator/validate-token", json={"token": token}).json()


def refusal(act):
    try:
        act()
    except requests.HTTPError as error:
        return {"status": error.response.status_code, "message": error.response.json()["error"]}
    return None


hub = ChatHub(company_token(PASSWORD))
organization_id = int(ORGANIZATION)
known = hub.operators(organization_id)
added = hub.add_operators(
    [{"organizationId": organization_id, "name": f"Агент №{number + 1}"} for number in range(int(COUNT))]
)
first = added[0]["id"]
switched = [hub.set_status(first, status) for status in (INACTIVE, DELETED, ACTIVE)]
token = hub.operator_token(first)
validated = hub.validate(token)
# The guide's own sample reads the older spelling.
assert validated["valid"] is True

print(
    json.dumps(
        {
            "organizations": hub.organizations(),
            "known": known,
            "added": added,
            "switched": switched,
            "token": token,
            "validated": validated,
            "invalid": hub.validate("nonsense"),
            "wrongPassword": refusal(lambda: company_token("wrong")),
            "badRow": refusal(
                lambda: hub.call(
                    "POST", "/api/operator/synchronize", json=[{"organizationId": organization_id, "name": ""}]
                )
            ),
        }
    )
)
