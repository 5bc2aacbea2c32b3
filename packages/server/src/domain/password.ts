export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;
const PART_MIN = 4;

/** The commonest of ten characters or more; shorter ones are refused anyway. Without what stands before and after the letters. */
const COMMON = new Set(
  `1234567890 0123456789 9876543210 0987654321 12345678910 123456789a 1q2w3e4r5t 1qaz2wsx3edc q1w2e3r4t5 zaq12wsx qwertyuiop qwertzuiop
  azertyuiop asdfghjkl1 qwerty1234 qwerty12345 qwerty123456 qwertyuiop1 password12 password123 password1234 password12345 passw0rd123
  p@ssw0rd123 passwordpassword administrator administrateur admin12345 admin123456 adminadmin letmein123 letmein1234 welcome123
  welcome1234 iloveyou12 iloveyou123 iloveyou1234 changeme123 changeme1234 sunshine123 princess123 football123 baseball123 superman123
  batman12345 dragon12345 monkey12345 shadow12345 master12345 michael123 liverpool1 chocolate1 basketball motdepasse passwort123 contraseña
  test123456 testtest12 secret1234 slipwayslipway slipway123 slipway1234 odooodoo12 odoo123456 odooadmin1 correcthorsebatterystaple
  trustno1trustno1 abcdefghij abcdefghijk abc1234567 abcd123456 a123456789 aa12345678 asdf123456 asdfasdfasdf qweasdzxc1 qwe123qwe123
  qazwsxedcrfv 1111111111 0000000000 1212121212 123123123123 1231231234 1122334455 5555555555 9999999999 987654321a computer123 internet123`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/** Why a password is refused; null: it is taken. Long and not to be guessed from what is known of the person; nothing else helps. */
export const passwordProblem = (
  password: string,
  person: { readonly email: string; readonly name: string },
): string | null => {
  if ([...password].length < PASSWORD_MIN) return `it has fewer than ${PASSWORD_MIN} characters`;
  if (password.length > PASSWORD_MAX) return `it has more than ${PASSWORD_MAX} characters`;
  const plain = password.toLowerCase();
  if (COMMON.has(plain)) return 'it is one of the commonest';
  if (new Set(plain).size < PART_MIN) return 'it is made of very few different characters';
  const [local = ''] = person.email.toLowerCase().split('@');
  const known = [local, ...local.split(/[^\p{L}\p{N}]+/u), ...person.name.toLowerCase().split(/\s+/)];
  if (known.some((part) => part.length >= PART_MIN && plain.includes(part)))
    return 'it contains your name or your e-mail address';
  return null;
};
