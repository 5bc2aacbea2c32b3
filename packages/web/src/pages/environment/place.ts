/** Where the page of an environment is, under its project: `shop/pr-12` → `previews/12`, `shop/staging` → `staging`. */
export const placeOf = (environment: string): string => {
  const name = environment.slice(environment.indexOf('/') + 1);
  const number = /^pr-(\d+)$/.exec(name)?.[1];
  return number === undefined ? encodeURIComponent(name) : `previews/${number}`;
};
