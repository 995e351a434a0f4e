import { describe, expect, it } from 'vitest';
import { childrenNamed, childText, readXml, XmlSyntaxError } from './read-xml.js';
import { element, xmlDocument } from './write-xml.js';

describe('readXml', () => {
  it('reads nested elements, entities, CDATA, attributes, prefixes and self-closing tags', () => {
    const root = readXml(
      '<?xml version="1.0"?><!-- a remark --><s3:Delete xmlns:s3="http://x/" a=\'b\'>\n' +
        '<Object><Key>a &amp; b&#x20;&#99;<![CDATA[<d>]]></Key></Object><Object><Key/></Object></s3:Delete>\n',
    );
    expect(root.name).toBe('Delete');
    expect(childrenNamed(root, 'Object').map((object) => childText(object, 'Key'))).toEqual(['a & b c<d>', '']);
    expect(childText(root, 'Absent')).toBeUndefined();
  });

  it('gives back any text that writeXml has written', () => {
    const texts = ['a<b>&"\'c', ' space ', 'line\r\nbreak\t', 'ä漢😀', ']]>', '\u0001'];
    for (const text of texts) expect(childText(readXml(xmlDocument('R', [element('T', text)])), 'T')).toBe(text);
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '</a>',
    '<a/><b/>',
    '<a>&unknown;</a>',
    '<a>&amp</a>',
    '<a b></a>',
    '<a',
    '<a>x</a>tail',
    '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
    '<a>&#x110000;</a>',
    '<a>'.repeat(40) + '</a>'.repeat(40),
  ])('refuses %j', (document) => {
    expect(() => readXml(document)).toThrow(XmlSyntaxError);
  });
});
