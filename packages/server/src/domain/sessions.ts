/** After so many days somebody signs in again, however much they used it: whoever stole a cookie does not keep it for ever. */
export const LONGEST_SESSION_DAYS = 30;
