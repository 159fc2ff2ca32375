"""A webhook receiver with nothing but Python: WEBHOOK_SECRET=whsec_… PORT=3000 python3 receiver.py"""

import json
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

from verify import verified

SECRET = os.environ["WEBHOOK_SECRET"]
MOST = 1024 * 1024
seen = set()  # in earnest: a unique key in your database, written in one transaction with what you do


class Receiver(BaseHTTPRequestHandler):
    timeout = 15

    def do_POST(self):
        size = self.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > MOST:
            return self.answer(413)
        body = self.rfile.read(int(size))
        if not verified(SECRET, self.headers, body):
            return self.answer(401)
        id = self.headers["webhook-id"]
        if id not in seen:
            seen.add(id)
            print(id, json.loads(body)["type"], flush=True)
        return self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", int(os.environ.get("PORT", "3000"))), Receiver)
print(f"ready http://127.0.0.1:{server.server_port}", flush=True)
server.serve_forever()
