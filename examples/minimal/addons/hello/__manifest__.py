{
    "name": "Hello",
    "version": "19.0.1.0.0",
    "category": "Hidden",
    "license": "LGPL-3",
    "author": "Slipway example",
    "depends": ["web"],
    "data": ["views/hello.xml"],
}
