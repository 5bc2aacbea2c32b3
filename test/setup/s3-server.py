"""OpenStack Swift with its S3 API, all four servers in one process on 127.0.0.1: a real S3 for tests.

Usage: s3-server.py FOLDER PORT ACCESS_KEY SECRET_KEY. Ends when its standard input does. Needs Debian's python3-swift.
"""
import os
import sys
import time

import eventlet

eventlet.monkey_patch()
from eventlet import wsgi  # noqa: E402
from swift.common import utils, wsgi as swift_wsgi  # noqa: E402

folder, port, access_key, secret_key = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
account, user = access_key.split(':')
disk = os.path.join(folder, 'disks', 'd1')
os.makedirs(disk, exist_ok=True)


def write(name, text):
    with open(os.path.join(folder, name), 'w', encoding='utf8') as file:
        file.write(text)
    return os.path.join(folder, name)


write('swift.conf', '[swift-hash]\nswift_hash_path_prefix = test\nswift_hash_path_suffix = test\n')
utils.SWIFT_CONF_FILE = os.path.join(folder, 'swift.conf')
utils.validate_configuration()
from swift.common.ring import RingBuilder  # noqa: E402

# An address of its own for each server: they see each other as on three machines.
listeners = {}
for kind in ('account', 'container', 'object'):
    listeners[kind] = eventlet.listen(('127.0.0.1', 0))
    builder = RingBuilder(1, 1, 0)
    builder.add_dev({'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'device': 'd1', 'meta': '',
                     'port': listeners[kind].getsockname()[1]})
    builder.rebalance()
    builder.get_ring().save(os.path.join(folder, f'{kind}.ring.gz'))

common = f'[DEFAULT]\nswift_dir = {folder}\ndevices = {folder}/disks\nmount_check = false\nlog_level = ERROR\n' \
         'disable_fallocate = true\nuser = root\n'
apps = {kind: swift_wsgi.loadapp(write(
    f'{kind}-server.conf', f'{common}[pipeline:main]\npipeline = server\n[app:server]\nuse = egg:swift#{kind}\n'))
    for kind in listeners}
proxy = swift_wsgi.loadapp(write('proxy-server.conf', f'''{common}
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
node_timeout = 30
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
[filter:tempauth]
use = egg:swift#tempauth
user_{account}_{user} = {secret_key} .admin
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
'''))



class Cache:
    """What Swift wants of memcached, for one process."""

    def __init__(self):
        self.entries = {}

    def get(self, key, *_, **__):
        value, until = self.entries.get(key, (None, 0))
        return value if until > time.time() else None

    def set(self, key, value, time=0, **__):
        self.entries[key] = (value, clock() + (time or 3600))

    def delete(self, key, **__):
        self.entries.pop(key, None)

    def incr(self, key, delta=1, time=0, **__):
        value = int(self.get(key) or 0) + int(delta)
        self.set(key, value, time)
        return value


clock = time.time
cache = Cache()


def with_cache(environ, start_response):
    environ['swift.cache'] = cache
    return proxy(environ, start_response)


# s3api asks for conditional requests that only Swift's own HTTP protocol class hands on.
protocol = swift_wsgi.SwiftHttpProtocol
silent = open(os.devnull, 'w', encoding='utf8')
for kind, app in apps.items():
    eventlet.spawn(wsgi.server, listeners[kind], app, silent, protocol=protocol)
eventlet.spawn(wsgi.server, eventlet.listen(('127.0.0.1', port)), with_cache, silent, protocol=protocol)
print('ready', flush=True)

real_threading = eventlet.patcher.original('threading')


def until_parent_ends():
    while eventlet.patcher.original('os').read(0, 1024):
        pass
    os._exit(0)


real_threading.Thread(target=until_parent_ends, daemon=True).start()
while True:
    eventlet.sleep(3600)
