export type LogStream = 'build' | 'odoo' | 'step';
/** Takes one line of what the user watches (never a secret: the redactor stands in front of it). */
export type LogSink = (stream: LogStream, line: string) => void;
