"""One who asks the server: a kiosk, or an operator, with a token."""

import http.client
import json
import threading
import uuid
from typing import Any

TIMEOUT_SECONDS = 30.0


class Asking:
    """Keeps its connection. A refusal is an answer like any other: a colleague may have been faster."""

    def __init__(self, port: int, token: str | None = None) -> None:
        self._port, self._token = port, token
        self._line: http.client.HTTPConnection | None = None
        self._one_at_a_time = threading.Lock()

    def get(self, path: str) -> Any:
        """The answer's content. Errors: OSError when the server is away."""
        return self._ask("GET", path, None)[1]

    def post(self, path: str, **body: Any) -> tuple[int, Any]:
        """Status and content; with a request_id, so that a lost answer may be asked for again."""
        return self._ask("POST", path, {"request_id": str(uuid.uuid4()), **body})

    def delete(self, path: str) -> int:
        return self._ask("DELETE", path, None)[0]

    def _ask(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        content = None if body is None else json.dumps(body)
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        with self._one_at_a_time:
            try:
                return self._once(method, path, content, headers)
            except (http.client.HTTPException, OSError):  # the server closes what has been still for a while
                self._line = None
                return self._once(method, path, content, headers)

    def _once(self, method: str, path: str, content: str | None, headers: dict[str, str]) -> tuple[int, Any]:
        if self._line is None:
            self._line = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_SECONDS)
        self._line.request(method, "/api/v1" + path, content, headers)
        answer = self._line.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
