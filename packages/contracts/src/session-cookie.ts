/** The cookie that a signed-in browser sends. */
export const SESSION_COOKIE = 'slipway.session_token';
/** Where the dashboard has https: a browser takes it from no other host than the one that it is for. */
export const SESSION_COOKIE_OVER_HTTPS = `__Host-${SESSION_COOKIE}`;
