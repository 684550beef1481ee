// Bytes made here in each encoding → the text that they are, how sure that is, and what is told of bytes that are none.

import { describe, expect, test } from 'vitest';
import { type Decoded, decode } from '../src/source/encoding/decode.ts';
import { encodingName } from '../src/source/encoding/decoder.ts';
import { encode } from './support/encode.ts';

type Text = Decoded & { kind: 'text' };

function decodeText(bytes: Buffer, declared: string | null = null): Text {
  const decoded = decode(bytes, declared);
  if (decoded.kind !== 'text') throw new Error(decoded.rejection.reason);
  return decoded;
}

const FRENCH = `id;désignation;quantité;unité
1;Pièce détachée n° 4;12;pièce
2;Câble électrique;3;mètre
3;Écran à côté de la fenêtre;1;pièce
4;Goûter de l’élève, «à la française»;2;élève
`;
const GERMAN = `Name;Straße;Ort
Müller;Hauptstraße 1;Köln
Schäfer;Königsallee 12;Düsseldorf
Groß;Überseering 7;Lübeck
`;
const SPANISH = `nombre,ciudad
José,Málaga
Begoña,Coruña
Íñigo,León
`;
const ICELANDIC = `nafn,staður
Þórður,Ísafjörður
Guðrún,Reyðarfjörður
Sigríður,Þórshöfn
`;
const SWEDISH = `namn,ort
Åsa,Malmö
Björn,Göteborg
Kjell,Växjö
`;
const POLISH = `miasto;województwo
Łódź;łódzkie
Gdańsk;pomorskie
Kraków;małopolskie
Częstochowa;śląskie
`;
const CZECH = `město;kraj
Plzeň;Plzeňský
České Budějovice;Jihočeský
Hradec Králové;Královéhradecký
Žďár nad Sázavou;Vysočina
`;
const RUSSIAN = `город,население
Москва,12000000
Санкт-Петербург,5000000
Новосибирск,1600000
`;
const GREEK = `όνομα,πόλη
Γιώργος,Αθήνα
Μαρία,Θεσσαλονίκη
Νίκος,Πάτρα
`;
const TURKISH = `şehir;bölge
İstanbul;Marmara
Diyarbakır;Güneydoğu Anadolu
Muğla;Ege
`;
const HEBREW = 'שם,עיר\nדוד,ירושלים\nשרה,תל אביב\nמשה,חיפה\n';
const ARABIC = 'الاسم,المدينة\nمحمد,القاهرة\nفاطمة,الرياض\nعلي,بغداد\n';
const THAI = 'ชื่อ,จังหวัด\nสมชาย,กรุงเทพมหานคร\nสมหญิง,เชียงใหม่\n';
const JAPANESE = '氏名,住所\n田中太郎,東京都千代田区\n佐藤花子,大阪府大阪市\n鈴木一郎,北海道札幌市\n';
const FRUIT = '商品名,価格\nりんご,120\nみかん,80\nバナナ,100\n';
const CHINESE = '姓名,城市\n王伟,北京\n李娜,上海\n张敏,广州\n刘洋,深圳\n';
const TAIWANESE = '姓名,城市\n王偉,台北\n李娜,高雄\n張敏,台中\n劉洋,臺南\n';
const KOREAN = '이름,도시\n김철수,서울\n이영희,부산\n박민수,대구\n';

const LANGUAGES: readonly (readonly [string, string, readonly string[]])[] = [
  ['French', FRENCH, ['windows-1252', 'macintosh']],
  ['German', GERMAN, ['windows-1252', 'macintosh']],
  ['Spanish', SPANISH, ['windows-1252', 'macintosh']],
  ['Swedish', SWEDISH, ['windows-1252', 'macintosh']],
  ['Polish', POLISH, ['windows-1250', 'iso-8859-2']],
  ['Czech', CZECH, ['windows-1250']],
  ['Russian', RUSSIAN, ['windows-1251', 'koi8-r', 'iso-8859-5', 'ibm866']],
  ['Greek', GREEK, ['windows-1253', 'iso-8859-7']],
  ['Turkish', TURKISH, ['windows-1254']],
  ['Hebrew', HEBREW, ['windows-1255']],
  ['Arabic', ARABIC, ['windows-1256', 'iso-8859-6']],
  ['Thai', THAI, ['windows-874']],
  ['Japanese', JAPANESE, ['shift_jis', 'euc-jp']],
  ['Japanese kana', FRUIT, ['shift_jis', 'euc-jp']],
  ['Chinese', CHINESE, ['gb18030']],
  ['Chinese of Taiwan', TAIWANESE, ['big5']],
  ['Korean', KOREAN, ['euc-kr']],
  ['Icelandic', ICELANDIC, ['windows-1252']],
];

describe.each(LANGUAGES)('%s', (_, text, encodings) => {
  test.each(encodings)('%s, short', (encoding) => {
    const decoded = decodeText(encode(text, encoding));
    expect(decoded.bytes.toString('utf8')).toBe(text);
    expect(decoded.confidence).toBeGreaterThan(0.2);
    expect(decoded.evidence).toContain(`read as ${decoded.encoding}`);
    expect(decoded.invalidCount).toBe(0);
  });

  test.each(encodings)('%s, long', (encoding) => {
    const [header, ...lines] = text.split('\n');
    const long = `${header}\n${lines.join('\n').repeat(4000)}`;
    expect(decodeText(encode(long, encoding)).bytes.toString('utf8') === long).toBe(true);
  });

  test.each(['utf-8', 'utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])(
    '%s, with and without a mark',
    (encoding) => {
      for (const mark of ['', '\ufeff']) {
        const decoded = decodeText(encode(mark + text, encoding));
        expect(decoded.encoding).toBe(encoding);
        expect(decoded.bytes.toString('utf8')).toBe(text);
        expect(decoded.confidence).toBeGreaterThan(0.7);
        if (mark !== '')
          expect(decoded.evidence).toBe(`the file begins with the byte order mark of ${encoding}`);
      }
    },
  );
});

describe('little to go by', () => {
  test.each([
    ['id,libellé\n1,a\n2,b\n', 'windows-1252'],
    ['Größe,Menge\n1,2\n', 'windows-1252'],
    ['Größe,Menge\n1,2\n', 'macintosh'],
    ['año\n1\n', 'windows-1252'],
    ['año\n1\n', 'macintosh'],
    ['price\n5 €\n', 'windows-1252'],
    ['name,temp\na,20 °C\nb,30 °C\n', 'windows-1252'],
    ['name,note\nx,it’s “fine” – really…\n', 'windows-1252'],
    ['name,note\nx,it’s “fine” – really…\n', 'macintosh'],
    ['имя,id\na,1\n', 'windows-1251'],
    ['πόλη\na\n', 'windows-1253'],
    ['名前,id\na,1\n', 'shift_jis'],
    ['都道府県\n1\n', 'shift_jis'],
    ['都道府県\n1\n', 'euc-jp'],
    ['名称,编号\na,1\n', 'gb18030'],
    ['名稱,編號\na,1\n', 'big5'],
    ['이름,id\na,1\n', 'euc-kr'],
    ['name;v\nµg;5\n±2;6\n', 'windows-1252'],
    ['unit,v\nµmol,1\nm²,2\n', 'windows-1252'],
    ['N°;quantité\n1;5 µl\n', 'windows-1252'],
    ['Artikel;Preis\nBüro;5 €\n', 'iso-8859-15'],
    ['Imię;Miasto\nŁukasz Żółć;Łódź\nŚwięty Gąska;Kraków\n', 'iso-8859-2'],
    ['ФИО;СУММА\nИВАНОВ И.И.;1\nПЕТРОВ П.П.;2\n', 'koi8-r'],
    ['ФАМИЛИЯ;ГОРОД\nПЕТРОВ;ВОРОНЕЖ\nСОКОЛОВ;СМОЛЕНСК\n', 'koi8-r'],
    ['ФАМИЛИЯ;ГОРОД\nПЕТРОВ;ВОРОНЕЖ\nСОКОЛОВ;СМОЛЕНСК\n', 'windows-1251'],
    ['город;цена\nворонеж;1\n', 'koi8-r'],
    ['город;цена\nворонеж;1\n', 'windows-1251'],
    ['курйоз;серйозний\nбойко;район\n', 'windows-1251'],
    ['ΟΝΟΜΑ;ΠΟΛΗ\nΓΙΩΡΓΟΣ;ΑΘΗΝΑ\nΚΩΣΤΑΣ;ΠΕΙΡΑΙΑΣ\n', 'windows-1253'],
    ['ΟΝΟΜΑ;ΠΟΛΗ\nΓΙΩΡΓΟΣ;ΑΘΗΝΑ\nΚΩΣΤΑΣ;ΠΕΙΡΑΙΑΣ\n', 'iso-8859-7'],
    ['ονομα;πολη\nγιωργος;αθηνα\n', 'windows-1253'],
  ])('%j in %s', (text, encoding) => {
    expect(decodeText(encode(text, encoding)).bytes.toString('utf8')).toBe(text);
  });

  test('one accent in a megabyte of ASCII', () => {
    const lines = '123,some words,2024-01-01\n'.repeat(40_000);
    const text = `${lines}124,Québec,2024-01-02\n${lines}`;
    const decoded = decodeText(encode(text, 'windows-1252'));
    expect(decoded.encoding).toBe('windows-1252');
    expect(decoded.bytes.toString('utf8') === text).toBe(true);
  });

  test('ASCII is UTF-8', () => {
    const { encoding, confidence, evidence } = decodeText(Buffer.from('a,b\n1,2\n'));
    expect({ encoding, confidence, evidence }).toEqual({
      encoding: 'utf-8',
      confidence: 1,
      evidence: 'every byte is ASCII',
    });
  });

  test('an empty file is UTF-8', () => expect(decodeText(Buffer.alloc(0)).encoding).toBe('utf-8'));
});

describe('bytes that are no characters', () => {
  test('a stray byte in UTF-8 is told with offset and line', () => {
    const bytes = Buffer.concat([Buffer.from('nom\ncafé\nna'), Buffer.of(0xef), Buffer.from('ve\nété\n')]);
    const decoded = decodeText(bytes);
    expect(decoded.encoding).toBe('utf-8');
    expect(decoded.bytes.toString('utf8')).toBe('nom\ncafé\nna\ufffdve\nété\n');
    expect(decoded.invalid).toEqual([{ offset: 12, line: 3, byte: 0xef }]);
    expect(decoded.confidence).toBe(0.75);
  });

  test('offsets are those of the file, behind a mark too', () => {
    const bytes = Buffer.concat([Buffer.from('\ufeffé\r\n'), Buffer.of(0xff, 0x0a, 0xfe)]);
    expect(decodeText(bytes).invalid).toEqual([
      { offset: 7, line: 2, byte: 0xff },
      { offset: 9, line: 3, byte: 0xfe },
    ]);
  });

  test('a character cut at the end of a UTF-8 file is one U+FFFD', () => {
    const bytes = Buffer.from('é,日本,日').subarray(0, -1);
    const decoded = decodeText(bytes);
    expect(decoded.bytes.toString('utf8')).toBe('é,日本,\ufffd');
    expect(decoded.invalid).toEqual([{ offset: 10, line: 1, byte: 0xe6 }]);
  });

  test('the text is what the Encoding Standard makes of it', () => {
    const faults = ['c0af', 'e28241', 'eda080', 'f0908080', 'f4908080', 'f09f98', '80', 'e2', 'fffe'];
    for (const fault of faults) {
      const bytes = Buffer.concat([
        Buffer.from('éàü日本語é\n'),
        Buffer.from(fault, 'hex'),
        Buffer.from('\né'),
      ]);
      expect(decodeText(bytes, 'utf-8').bytes.toString('utf8'), fault).toBe(new TextDecoder().decode(bytes));
    }
  });

  test('stretches of valid text between faults stay as they are', () => {
    const valid = '日本語,éà\n'.repeat(3000);
    const bytes = Buffer.concat([Buffer.from(valid), Buffer.of(0xff), Buffer.from(valid), Buffer.of(0xc3)]);
    const decoded = decodeText(bytes);
    expect(decoded.bytes.toString('utf8') === `${valid}\ufffd${valid}\ufffd`).toBe(true);
    expect(decoded.invalid).toEqual([
      { offset: valid.length * 0 + Buffer.byteLength(valid), line: 3001, byte: 0xff },
      { offset: Buffer.byteLength(valid) * 2 + 1, line: 6001, byte: 0xc3 },
    ]);
  });

  test('many faults are counted, and the first are told', () => {
    const bytes = Buffer.concat(
      Array.from({ length: 250 }, () => Buffer.concat([Buffer.from('é'), Buffer.of(0xff, 0x0a)])),
    );
    const decoded = decodeText(bytes);
    expect(decoded.invalidCount).toBe(250);
    expect(decoded.invalid).toHaveLength(100);
  });

  test.each([
    ['shift_jis', Buffer.concat([encode(JAPANESE, 'shift_jis'), Buffer.of(0x93)]), -1],
    [
      'shift_jis',
      Buffer.concat([encode('氏名\n', 'shift_jis'), Buffer.of(0xfd), encode(JAPANESE, 'shift_jis')]),
      5,
    ],
    ['gb18030', Buffer.concat([encode(CHINESE, 'gb18030'), Buffer.of(0xb1)]), -1],
    ['utf-16le', Buffer.concat([encode(`\ufeff${FRENCH}`, 'utf-16le'), Buffer.of(0x41)]), -1],
    [
      'utf-16be',
      Buffer.concat([encode('\ufeffnom\n', 'utf-16be'), Buffer.of(0xd8, 0x00), encode(FRENCH, 'utf-16be')]),
      10,
    ],
    [
      'utf-32be',
      Buffer.concat([
        encode('\ufeffnom\n', 'utf-32be'),
        Buffer.of(0, 0x11, 0, 0),
        encode(FRENCH, 'utf-32be'),
      ]),
      20,
    ],
  ])('%s, a fault', (encoding, bytes, offset) => {
    const decoded = decodeText(bytes);
    expect(decoded.encoding).toBe(encoding);
    expect(decoded.bytes.toString('utf8').split('\ufffd')).toHaveLength(2);
    expect(decoded.invalid).toHaveLength(1);
    expect(decoded.invalid[0]?.offset).toBe(offset === -1 ? bytes.length - 1 : offset);
    const before = decoded.bytes.toString('utf8').split('\ufffd')[0] as string;
    expect(decoded.invalid[0]?.line).toBe(before.split('\n').length);
  });
});

describe('declared encodings', () => {
  test.each([
    ['iso-8859-1', 'windows-1252'],
    ['Latin1', 'windows-1252'],
    ['CP1252', 'windows-1252'],
    ['macroman', 'macintosh'],
    ['UTF-16', 'utf-16le'],
    ['sjis', 'shift_jis'],
    ['utf-8-sig', 'utf-8'],
    ['utf-32', 'utf-32le'],
    ['klingon', null],
  ])('%s is %s', (label, name) => expect(encodingName(label)).toBe(name));

  test('win over what is likely', () => {
    const decoded = decodeText(encode('café\n', 'windows-1252'), 'iso-8859-7');
    expect(decoded.encoding).toBe('iso-8859-7');
    expect(decoded.bytes.toString('utf8')).toBe('cafι\n');
    expect(decoded.evidence).toBe('the encoding is declared');
  });

  test('an unknown one is passed over, and that is said', () => {
    const decoded = decodeText(Buffer.from('café\n'), 'klingon');
    expect(decoded.encoding).toBe('utf-8');
    expect(decoded.evidence).toBe(
      'the declared encoding "klingon" is not known; every byte sequence is valid UTF-8',
    );
  });
});

test('bytes that mean the same in several encodings are those of the one that is met most often', () => {
  const statement = 'Relevé de compte;;\nCompte n° 123;;\nDate;Libellé;Montant\n15/01/2024;Café;-3,20\n';
  expect(decodeText(encode(statement, 'windows-1252')).encoding).toBe('windows-1252');
});

describe('what is no text', () => {
  test.each([
    ['PNG', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['zip', Buffer.from('PK\x03\x04', 'latin1')],
    ['gzip', Buffer.of(0x1f, 0x8b, 8)],
    ['HTML', Buffer.from('\ufeff<!DOCTYPE html>\n<html>')],
    ['HTML', encode('\ufeff<html>\n', 'utf-16le')],
    ['GIF', Buffer.from('GIF89a\x01\0', 'latin1')],
    ['sound', Buffer.from('RIFF\x24\x08\0\0WAVEfmt ', 'latin1')],
    ['bzip2', Buffer.from('BZh51AY&SY\x01', 'latin1')],
    ['NUL', Buffer.alloc(4096)],
    ['NUL', Buffer.from(Array.from({ length: 4096 }, (_, at) => (at * 197) & 0xff))],
  ])('%s', (what, bytes) => {
    const decoded = decode(bytes, null);
    expect(decoded.kind === 'binary' && decoded.rejection.reason).toContain(what);
  });

  test.each(['GIF8,b\n1,2\n', 'RIFF,b\n1,2\n', 'BZh9,b\n1,2\n', 'PAR1,b\n1,2\n', 'ARROW1,b\n1,2\n'])(
    'a header that begins like one is text: %j',
    (text) => expect(decodeText(Buffer.from(text)).bytes.toString()).toBe(text),
  );

  test.each(['id,name\n1,Ada\0\n2,Bob\0\n3,Eve\0\n', 'id,name\n1,A\0da\n', 'a\0,b\0\n1\0,2\0\n'])(
    'text with NUL bytes is not UTF-16: %j',
    (text) => {
      const decoded = decode(Buffer.from(text), null);
      expect(decoded).not.toMatchObject({ encoding: 'utf-16le' });
      expect(decoded).not.toMatchObject({ encoding: 'utf-16be' });
    },
  );

  test('a few NUL bytes among text are left where they are', () => {
    const bytes = Buffer.from(`a,b\n${'1,some words\n'.repeat(50)}2,x\0y\n`);
    expect(decodeText(bytes).bytes.equals(bytes)).toBe(true);
  });
});
