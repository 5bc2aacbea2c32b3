/** A link for somebody else, on its way to them. */
export interface Link {
  readonly title: string;
  readonly url: string;
}
