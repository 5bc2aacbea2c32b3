import { describe, expect, it } from 'vitest';
import { parseAddress, shown, submoduleAddress } from './address.ts';
import { unquote } from './commit-times.ts';

describe('submoduleAddress', () => {
  it.each([
    ['https://github.com/octo/shop.git', '../lib.git', 'https://github.com/octo/lib.git'],
    ['https://github.com/octo/shop/', '../../oca/web', 'https://github.com/oca/web'],
    ['git@github.com:octo/shop.git', '../lib.git', 'git@github.com:octo/lib.git'],
    ['git@github.com:shop.git', '../lib.git', 'git@github.com:lib.git'],
    ['git@github.com:octo/shop.git', '../../oca/web', 'git@github.com:oca/web'],
    ['ssh://git@host:2222/octo/shop', './sub', 'ssh://git@host:2222/octo/shop/sub'],
    ['/srv/git/shop', '../lib', '/srv/git/lib'],
    ['https://github.com/octo/shop', 'https://gitlab.com/a/b', 'https://gitlab.com/a/b'],
    ['/srv/git/shop', '/srv/git/lib', '/srv/git/lib'],
  ])('in %s, %s is %s', (parent, given, expected) => {
    expect(submoduleAddress(given, parseAddress(parent))).toBe(expected);
  });

  it.each(['/etc', 'file:///srv/git/private', 'ext::sh -c id', '-oProxyCommand=id', '../../../../../etc'])(
    'is not followed from a remote repository to %s',
    (given) => {
      expect(submoduleAddress(given, parseAddress('https://github.com/octo/shop'))).toBeNull();
    },
  );
});

describe('parseAddress', () => {
  it('takes credentials out of an address', () => {
    expect(parseAddress('https://mona:p%40ss@example.com:8443/a.git')).toEqual({
      url: 'https://example.com:8443/a.git',
      kind: 'http',
      origin: 'https://example.com:8443',
      userinfo: 'mona:p@ss',
    });
  });

  it('reads what ssh understands', () => {
    expect(parseAddress('git@github.com:octo/shop.git').kind).toBe('ssh');
    expect(parseAddress('ssh://git@github.com/octo/shop.git').kind).toBe('ssh');
  });
});

it('shows an address without credentials, wherever it stands', () => {
  expect(shown("fatal: unable to access 'https://a:b@host/x'")).toBe("fatal: unable to access 'https://host/x'");
});

it.each([
  ['plain.py', 'plain.py'],
  [String.raw`"caf\303\251.py"`, 'café.py'],
  [String.raw`"a\"b\\c\n\t.py"`, 'a"b\\c\n\t.py'],
])('reads the path %s', (quoted, path) => {
  expect(unquote(quoted)).toBe(path);
});
