#!/usr/bin/python3
# SPDX-License-Identifier: BSD-3-Clause
# SPDX-FileCopyrightText: 2026 The V-FIELD authors
"""proxy: a bad server for the tests.

usage: proxy.py ADDRESS PORT MODE [SOCKET [BYTES]]

MODE  reset    forwards to the NBD server at SOCKET and resets each connection
               after BYTES of its replies
      cut      the same, but closes it in the middle of a reply instead
      garbage  sends random bytes to whoever connects
      silent   accepts and never says anything
      deaf     forwards the handshake (BYTES of the server's), then nothing
      dribble  the same, and then a byte of the server's every half second
"""
import os
import socket
import struct
import sys
import threading
import time


def reset(s):
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()


def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data:
                break
            b.sendall(data)
        b.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def forward(client, mode, path, limit):
    server = socket.socket(socket.AF_UNIX)
    server.connect(path)
    threading.Thread(target=pump, args=(client, server), daemon=True).start()
    try:
        while limit > 0:
            data = server.recv(min(65536, limit))
            if not data:
                break
            limit -= len(data)
            client.sendall(data)
        while mode == "deaf" and server.recv(65536):
            pass
        while mode == "dribble":
            client.sendall(server.recv(1))
            time.sleep(0.5)
        if mode == "reset":
            reset(client)
        else:
            client.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    client.close()
    server.close()


def serve(client, mode, *rest):
    try:
        if mode == "garbage":
            client.sendall(os.urandom(100000))
            client.close()
        elif mode == "silent":
            while client.recv(65536):
                pass
        else:
            forward(client, mode, *rest)
    except OSError:
        pass


def main():
    address, port, mode = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    rest = []
    if len(sys.argv) > 4:
        limit = int(sys.argv[5]) if len(sys.argv) > 5 else 0
        rest = [sys.argv[4], limit]
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(64)
    print("ready", flush=True)
    while True:
        client, _ = listener.accept()
        threading.Thread(target=serve, args=(client, mode, *rest),
                         daemon=True).start()


main()
