import { element, type XmlFragment } from '../xml/write-xml.js';

/** There is one account here, and everything is its own. */
export function ownerElement(name = 'Owner'): XmlFragment {
  return element(name, [element('ID', 'local'), element('DisplayName', 'local')]);
}
