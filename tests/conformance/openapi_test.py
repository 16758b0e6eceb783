"""Our answers against Clerk's own OpenAPI documents, which lie beside the repository and not in it."""

import os
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from skip import skip  # pylint: disable=wrong-import-position
from wire import INSTALLED, Browser, ServerTest, shared  # pylint: disable=wrong-import-position

try:
    import jsonschema
    import yaml
except ImportError:
    venv = INSTALLED / "venv/bin/python"
    if venv.exists() and sys.prefix != str(INSTALLED / "venv"):
        os.execv(venv, [str(venv), *sys.argv])
    skip("jsonschema and PyYAML are not installed (tests/conformance/prepare.sh)", tool_missing=True)

FOLDER = shared("openapi")
if FOLDER is None:
    skip("no shared/openapi beside the repository (TENENS_SHARED names another place)", tool_missing=False)

# Members that tenensd adds; official SDKs ignore them (docs/clerk-divergences.md).
OURS = ("actor_token_id",)


def to_json_schema(node):
    """An OpenAPI 3.0 schema as JSON Schema: `nullable` becomes a type of its own."""
    if isinstance(node, list):
        return [to_json_schema(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}  # in OpenAPI 3.0 nothing beside a $ref counts
    schema = {}
    for name, value in node.items():
        if name == "properties":
            schema[name] = {prop: to_json_schema(inner) for prop, inner in value.items()}
        elif name not in ("nullable", "example", "default", "description", "discriminator"):
            schema[name] = to_json_schema(value)
    if schema.get("additionalProperties") is False:
        schema.setdefault("properties", {}).update({name: {} for name in OURS})
    return {"anyOf": [{"type": "null"}, schema]} if node.get("nullable") is True else schema


class Document:
    def __init__(self, name):
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        with open(FOLDER / name, encoding="utf-8") as file:
            self.tree = yaml.load(file, Loader=loader)
        schemas = self.tree["components"]["schemas"]
        self.components = {"schemas": {name: to_json_schema(schema) for name, schema in schemas.items()}}

    def faults(self, method, path, status, body):
        """What is wrong with an answer, a line each."""
        responses = self.tree["paths"][path][method.lower()]["responses"]
        if str(status) not in responses:
            return [f"the document lists {', '.join(responses)}"]
        response = responses[str(status)]
        if "$ref" in response:
            response = self.tree["components"]["responses"][response["$ref"].rsplit("/", 1)[1]]
        schema = to_json_schema(response["content"]["application/json"]["schema"])
        validator = jsonschema.Draft202012Validator({"allOf": [schema], "components": self.components})
        return [f"{error.json_path}: {error.message:.200}" for error in best_errors(validator.iter_errors(body))]


def best_errors(errors):
    """The innermost reasons: that something is valid under none of the given schemas says little."""
    for error in errors:
        if error.context:
            yield from best_errors(inner for inner in error.context if inner.validator != "type" or
                                   inner.validator_value != "null")
        else:
            yield error


class TheValidatorItself(unittest.TestCase):
    def test_it_finds_a_missing_field_a_wrong_type_and_a_word_outside_the_list(self):
        good = {"object": "actor_token", "id": "act_1", "status": "pending", "user_id": "user_1",
                "actor": {"sub": "a"}, "created_at": 1, "updated_at": 1}
        create = ("POST", "/actor_tokens", 200)
        self.assertEqual(BACKEND.faults(*create, good), [])
        for bad in ({**good, "status": "expired"}, {**good, "created_at": "1"}, {**good, "id": None},
                    {name: value for name, value in good.items() if name != "user_id"}):
            self.assertTrue(BACKEND.faults(*create, bad), bad)
        self.assertTrue(BACKEND.faults("POST", "/actor_tokens", 418, good))


class Answers(ServerTest):
    def valid(self, document, method, template, status, answer):
        got, body, _ = answer
        self.assertEqual(got, status, body)
        self.assertEqual(document.faults(method, template, status, body), [])
        return body

    def backend(self, method, template, status, body=None, query="", **names):
        path = "/v1" + template.format(**names) + query
        return self.valid(BACKEND, method, template, status, self.server.request(method, path, body))

    def test_actor_tokens(self):
        user = self.new_user()
        body = {"user_id": user, "actor": {"sub": "a", "iss": "https://a.example"}}
        token = self.backend("POST", "/actor_tokens", 200, body)
        self.backend("POST", "/actor_tokens", 422, {})
        self.backend("POST", "/actor_tokens", 400, b"{")
        revoke = "/actor_tokens/{actor_token_id}/revoke"
        self.backend("POST", revoke, 200, actor_token_id=token["id"])
        self.backend("POST", revoke, 400, actor_token_id=token["id"])
        self.backend("POST", revoke, 404, actor_token_id="act_nobody")

    def test_users(self):
        bare = self.backend("POST", "/users", 200, {"first_name": "A"})["id"]
        full = self.backend("POST", "/users", 200, {
            "first_name": "A", "last_name": "B", "username": "schema", "external_id": "schema-1",
            "email_address": ["a@schema.test", "b@schema.test"], "public_metadata": {"a": [1]},
            "private_metadata": {"b": None}, "unsafe_metadata": {}})["id"]
        self.backend("POST", "/users", 422, {"nope": 1})
        self.backend("GET", "/users", 200)
        self.backend("GET", "/users/count", 200)
        for user in (bare, full):
            self.backend("GET", "/users/{user_id}", 200, user_id=user)
            self.backend("PATCH", "/users/{user_id}", 200, {"first_name": "C"}, user_id=user)
        self.backend("GET", "/users/{user_id}", 404, user_id="user_nobody")
        self.backend("POST", "/users/{user_id}/ban", 200, user_id=bare)
        self.backend("POST", "/users/{user_id}/unban", 200, user_id=bare)
        self.backend("DELETE", "/users/{user_id}", 200, user_id=bare)

    def test_sessions(self):
        _, session, token = self.signed_in()
        self.backend("GET", "/sessions", 200, query=f"?user_id={token['user_id']}")
        self.backend("GET", "/sessions/{session_id}", 200, session_id=session)
        self.backend("GET", "/sessions/{session_id}", 404, session_id="sess_nobody")
        self.backend("POST", "/sessions/{session_id}/tokens", 200, session_id=session)
        self.backend("POST", "/sessions/{session_id}/revoke", 200, session_id=session)
        self.backend("POST", "/sessions/{session_id}/revoke", 404, session_id="sess_nobody")
        self.backend("GET", "/jwks", 200)
        self.backend("POST", "/sessions", 200, {"user_id": token["user_id"]})
        self.backend("POST", "/sessions", 422, {})
        self.backend("POST", "/testing_tokens", 200)

    def frontend(self, browser, method, template, status, form=None, tunnelled=None, **names):
        path = template.format(**names)
        if tunnelled:
            answer = browser.request("POST", f"{path}?_method={tunnelled}", form={})
        else:
            answer = browser.request(method, path, form=form)
        return self.valid(FRONTEND, method, template, status, answer)

    def test_the_environment(self):
        browser = Browser(self.server)
        self.frontend(browser, "GET", "/v1/environment", 200)
        self.frontend(browser, "PATCH", "/v1/environment", 200, tunnelled="PATCH")

    def test_the_sessions_of_a_user(self):
        user = self.new_user()
        browser = Browser(self.server)
        ticket = self.expect(200, "POST", "/v1/sign_in_tokens", {"user_id": user})["token"]
        self.assertEqual(browser.redeem(ticket)[0], 200)
        other = self.expect(200, "POST", "/v1/sessions", {"user_id": user})["id"]
        self.frontend(browser, "GET", "/v1/me/sessions/active", 200)
        self.frontend(browser, "POST", "/v1/me/sessions/{session_id}/revoke", 200, form={}, session_id=other)

    def test_the_client_and_its_sessions(self):
        user = self.new_user(last_name="B", email_address=["client@schema.test"], username="clientschema")
        browser = Browser(self.server)
        self.frontend(browser, "GET", "/v1/client", 200)
        ticket = {"strategy": "ticket", "ticket": self.new_token(user)["token"]}
        body = self.frontend(browser, "POST", "/v1/client/sign_ins", 200, form=ticket)
        session = body["response"]["created_session_id"]
        self.frontend(browser, "GET", "/v1/client", 200)
        prefix = "/v1/client/sessions/{session_id}"
        self.frontend(browser, "POST", prefix + "/touch", 200, form={"intent": "focus"}, session_id=session)
        self.frontend(browser, "POST", prefix + "/tokens", 200, form={}, session_id=session)
        self.frontend(browser, "GET", prefix, 200, session_id=session)
        self.frontend(browser, "GET", "/v1/me", 200)
        self.frontend(browser, "GET", "/v1/me/sessions/active", 200)
        other = self.expect(200, "POST", "/v1/sessions", {"user_id": user})["id"]
        revoke = "/v1/me/sessions/{session_id}/revoke"
        self.frontend(browser, "POST", revoke, 404, form={}, session_id=other)
        self.frontend(browser, "POST", prefix + "/end", 200, form={}, session_id=session)
        self.frontend(browser, "GET", prefix, 401, session_id=session)
        self.frontend(browser, "GET", "/v1/me", 401)
        self.frontend(browser, "GET", "/v1/me/sessions/active", 401)
        self.frontend(browser, "POST", revoke, 401, form={}, session_id=other)
        self.frontend(browser, "GET", "/v1/client", 200)
        self.frontend(browser, "POST", prefix + "/tokens", 401, form={}, session_id=session)
        self.frontend(browser, "POST", "/v1/client/sign_ins", 400, form=ticket)

    def test_removing_and_signing_out(self):
        browser, session, _ = self.signed_in()
        self.frontend(browser, "POST", "/v1/client/sessions/{session_id}/remove", 200, form={}, session_id=session)
        browser, session, _ = self.signed_in()
        self.frontend(browser, "DELETE", "/v1/client/sessions", 200, tunnelled="DELETE")
        browser, session, _ = self.signed_in()
        self.frontend(browser, "DELETE", "/v1/client", 200, tunnelled="DELETE")

    def test_the_public_keys(self):
        answer = self.server.request("GET", "/.well-known/jwks.json", key=False)
        self.valid(FRONTEND, "GET", "/.well-known/jwks.json", 200, answer)


BACKEND = Document("bapi-2026-05-12.yml")
FRONTEND = Document("fapi-2026-05-12.yml")

if __name__ == "__main__":
    unittest.main()
