from . import test_shop_order
