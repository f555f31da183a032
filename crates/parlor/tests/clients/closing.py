"""Opens sockets with Python's `websockets`, closes them or waits for the server to do it, and prints how they ended: one
JSON object a line. Standard input has a JSON list of {url, close}; without `close` the server closes."""

import asyncio
import contextlib
import json
import sys

import websockets


async def ended(visit):
    async with asyncio.timeout(30):
        socket = await websockets.connect(visit["url"])
        close = visit.get("close")
        if close is not None:
            await socket.close(close["code"], close["reason"])
        else:
            with contextlib.suppress(websockets.ConnectionClosed):
                while True:
                    await socket.recv()
        await socket.wait_closed()
    # The library reports 1006 without a close frame.
    clean = socket.protocol.close_rcvd is not None and socket.protocol.close_sent is not None
    return {"code": socket.close_code, "reason": socket.close_reason, "clean": clean}


async def main():
    for visit in json.load(sys.stdin):
        print(json.dumps(await ended(visit)))


asyncio.run(main())
