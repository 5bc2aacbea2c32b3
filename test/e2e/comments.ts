import type { GithubBehindPrism } from '../fakes/github/behind-prism.ts';

export const commentsOf = ({ fake }: GithubBehindPrism, number: number): string[] =>
  fake.comments.map((one) => one.body).filter((body) => new RegExp(`Preview ${number}:`).test(body));

/** The comment on a pull request once it says something; it is written a moment after the state has changed. */
export const commentSaying = async (
  github: GithubBehindPrism,
  number: number,
  wanted: RegExp,
  seconds = 20,
): Promise<string> => {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const body = commentsOf(github, number).find((each) => wanted.test(each));
    if (body !== undefined) return body;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no comment says ${wanted}: ${commentsOf(github, number).join('\n---\n')}`);
};
