"""The console's REST API from Python, with the cluster's own CA."""
import json
import ssl
import urllib.error
import urllib.request

import process


class Api:
    def __init__(self, url, ca, token):
        self.url, self.token = url, token
        self.tls = ssl.create_default_context(cafile=str(ca))

    def call(self, method, path, body=None, headers=None, raw=False):
        """The decoded answer; problems become Failure with the API's own words."""
        request = urllib.request.Request(self.url + "/api/v1" + path, method=method)
        request.add_header("Authorization", f"Bearer {self.token}")
        for name, value in (headers or {}).items():
            request.add_header(name, value)
        data = None
        if body is not None:
            data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, data, timeout=30, context=self.tls) as answer:
                content = answer.read()
                self.etag = answer.headers.get("ETag")
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            raise process.Failure(f"{method} {path}: {error.code} {text}") from error
        except OSError as error:
            raise process.Failure(f"{method} {path}: {error}") from error
        return content if raw else json.loads(content or b"null")

    def get(self, path):
        return self.call("GET", path)

    def post(self, path, body=None, headers=None):
        return self.call("POST", path, body if body is not None else {}, headers)
