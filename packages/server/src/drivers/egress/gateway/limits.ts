/** Every bound of the gateway: whoever is behind a door is not trusted, and must not use up this machine. */
export const LIMITS = {
  /** A mail that is larger is refused (552). Odoo's own limit for an attachment in a mail is 25 MB. */
  mailBytes: 26 * 1024 * 1024,
  /** Of all mails that are just being taken, at all doors: they are in memory until they are kept. */
  mailsBytes: 160 * 1024 * 1024,
  mailRecipients: 500,
  smtpClients: 20,
  smtpIdleMilliseconds: 60_000,
  proxyClients: 100,
  connectMilliseconds: 15_000,
  idleMilliseconds: 120_000,
  /** How long a client may take to say hello through a tunnel, and how long a hello may be. */
  helloMilliseconds: 10_000,
  helloBytes: 32 * 1024,
  headerBytes: 32 * 1024,
  nameMilliseconds: 5_000,
  /** Questions and tunnels of one door at the same time. */
  names: 100,
  databaseClients: 200,
  /** Different attempts of one environment that are kept apart until the next write; the rest is counted as one. */
  attempts: 200,
  flushMilliseconds: 1_000,
  reopenMilliseconds: 1_000,
} as const;

/** Longest part of a made-up name that is worth keeping. */
export const HOST_CHARACTERS = 253;
