/** Stands for a <style>: what is written into it becomes a sheet that the page adopts. */
const sheetElement = (create: (name: string) => HTMLElement): HTMLElement => {
  const element = create('template');
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  Object.defineProperty(element, 'textContent', { set: (rules: string) => sheet.replaceSync(rules), get: () => '' });
  element.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    HTMLElement.prototype.remove.call(element);
  };
  return element;
};

const spanElement = (create: (name: string) => HTMLElement): HTMLElement => {
  const element = create('span');
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else HTMLElement.prototype.setAttribute.call(element, name, value);
  };
  return element;
};

let open = 0;

/**
 * xterm writes its rules into <style> elements and colours into style attributes; the policy of the page refuses both, since what a
 * stranger wrote could do it, too. As long as a terminal is shown the same goes by the interfaces of CSS, which only scripts of ours reach.
 * xterm's own `documentOverride` does not reach all places where it makes elements. Answers how to take it back.
 */
export const letXtermStyle = (): (() => void) => {
  open += 1;
  if (open === 1) {
    const create = (name: string): HTMLElement => Document.prototype.createElement.call(document, name);
    document.createElement = ((name: string, options?: ElementCreationOptions) => {
      if (name === 'style') return sheetElement(create);
      if (name === 'span') return spanElement(create);
      return Document.prototype.createElement.call(document, name, options);
    }) as Document['createElement'];
  }
  return () => {
    open -= 1;
    // What is left is the method that every document has.
    if (open === 0) Reflect.deleteProperty(document, 'createElement');
  };
};
