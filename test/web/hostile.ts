/** What a stranger could call things: each would do something if it were anything but text. `window.hacked` is what the tests look for. */
export const HOSTILE = {
  branch: 'feature/<img src=x onerror=window.hacked=1>',
  title: '<script>window.hacked=1</script><b>not bold</b>',
  message: '\u202Egnp.exe <svg/onload=window.hacked=1>\nsecond line {{7*7}} ${1+1}',
  author: '"><iframe srcdoc="<script>parent.hacked=1</script>">',
  url: 'javascript:window.hacked=1',
  step: '<img src=x onerror=window.hacked=1>',
  lines: [
    '<script>window.hacked=1</script>',
    '\u001b[31mERROR\u001b[0m red \u001b]8;;javascript:window.hacked=1\u0007link\u001b]8;;\u0007 \u001b[1;32mgreen\u001b[0m',
    '\u001b[2J\u001b[H\u001b[999C cursor \u0000\u0007\u0008 control',
    '\u202Eright to left\u202C and \u2066isolated\u2069',
    '"><img src=x onerror=window.hacked=1>',
  ],
} as const;
