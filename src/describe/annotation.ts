import { type Element, element, textElement } from './xml.ts';

/** Annotations and their values: https://docs.oasis-open.org/odata/odata-csdl-xml/v4.01/odata-csdl-xml-v4.01.html#sec_Annotation */

export function annotation(term: string, value: Element): Element {
  return element('Annotation', { Term: term }, [value]);
}

export function flag(term: string, value: boolean): Element {
  return element('Annotation', { Term: term, Bool: value });
}

export function collection(values: readonly Element[]): Element {
  return element('Collection', {}, values);
}

/** @param values what is undefined is left out, as is a list without items */
export function record(values: Readonly<Record<string, Element | boolean | undefined>>, type?: string): Element {
  const members = Object.entries(values).flatMap(([name, value]) => {
    if (typeof value === 'boolean') return [element('PropertyValue', { Property: name, Bool: value })];
    return value ? [element('PropertyValue', { Property: name }, [value])] : [];
  });
  return element('Record', { Type: type }, members);
}

export function text(value: string): Element {
  return textElement('String', value);
}

export function propertyPath(path: string): Element {
  return textElement('PropertyPath', path);
}

export function relationPath(path: string): Element {
  return textElement('NavigationPropertyPath', path);
}

export function enumMember(value: string): Element {
  return textElement('EnumMember', value);
}

/** Undefined where there are none, so that the record leaves it out. */
export function paths(names: readonly string[]): Element | undefined {
  return names.length === 0 ? undefined : collection(names.map(propertyPath));
}
