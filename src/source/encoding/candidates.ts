// The encodings of one or two bytes that files are found in, with what tells one from the other.

import type { Letters } from './plausibility.ts';

/** `detected` are the names under which the detector knows the encoding. */
export type Candidate = Readonly<{
  encoding: string;
  letters: Letters;
  detected: readonly string[];
  /** How much more often it is met than others that fit as well. */
  lead: number;
}>;

const WESTERN = letters('àâäáãåæçèéêëìíîïñòóôöøùúüß', 'õûœÿðþý');
const CENTRAL = letters('áâäéëíóôöúüýąćęłńśźżčďěňřšťůžőűăşșțß', 'îţľđ');
const BALTIC = letters('āčēģīķļņšūžąęėįųäöüõ');
const TURKISH = letters('çğıöşüi', 'âîûé');
const CYRILLIC = letters('аеиноствлркмдпуя', 'бгжзйфхцчшщъыьэюёіїєґ');
const GREEK = letters('αεηιοστνρπκλμυωςάέήίό', 'βγδζθξφχψύώ');
const HEBREW = letters('אבהויימלרשתנ', 'גדזחטךכםןסעףפץצק');
const ARABIC = letters('اليمنرتبوسد', 'ةثجحخذزشصضطظعغفقكهىأإآؤئء');
const THAI = letters('กขคงจชดตถทนบปพมยรลวสหอะาเแไ', 'ฃฅฆฉซฌญฎฏฐฑฒณธผฝฟภศษฬฮฤฦำโใๅ');
/** What stands most in the headers and cells of tables: names of people, places and things, of amounts and times. */
const SIMPLIFIED =
  '的一是不了人我在有中国大上个地年月日时分市省县区路号街名称姓编码序类型别性产品商价格金额数量单位重总计合客户公司部门员工学生教师班级成绩电话手机邮箱址间期始结束状态备注说明描述标题内容作者版本王李张刘陈杨黄赵周吴北京海广州深圳天津重庆南江东西安武汉女男小明华文新建高平';
const TRADITIONAL =
  '的一是不了人我在有中國大上個地年月日時分市省縣區路號街名稱姓編碼序類型別性產品商價格金額數量單位重總計合客戶公司部門員工學生教師班級成績電話手機郵箱址間期始結束狀態備註說明描述標題內容作者版本王李張劉陳楊黃趙周吳台北臺高雄新竹南港香灣女男小明華文建林蔡';
const JAPANESE =
  '一二三四五六七八九十百千万円年月日時分名前氏姓住所東京都大阪府北海道県市区町村番号電話商品価格数量単位金額合計顧客会社部門社員学生先生性別男女備考説明内容開始終了更新作成種類田中山川本木村小林佐藤鈴高橋渡伊太郎子美花店駅国人生上下前後新';
const KOREAN =
  '이가다의는을를에서로사기고지도시대한국서울부산인천광주전구동리군면읍길번호이름성명나주소전화금액수량가격제품상회사원학생선일월년날짜김박최정강조윤장임철영민수희미현준지은부품단위합계';

/** In the order in which they win where nothing tells them apart. */
export const CANDIDATES: readonly Candidate[] = [
  candidate('windows-1252', WESTERN, ['ISO-8859-1', 'windows-1252'], 0.06),
  candidate('windows-1250', CENTRAL, ['ISO-8859-2', 'windows-1250']),
  candidate('windows-1251', CYRILLIC, ['windows-1251'], 0.05),
  candidate(
    'shift_jis',
    eastAsian(JAPANESE, 'shift_jis', (lead) => lead >= 0x88 && lead <= 0x97),
    ['Shift_JIS'],
  ),
  candidate(
    'gb18030',
    eastAsian(SIMPLIFIED, 'gb18030', (lead, trail) => lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1),
    ['GB18030'],
    0.05,
  ),
  candidate(
    'big5',
    eastAsian(TRADITIONAL, 'big5', (lead) => lead >= 0xa4 && lead <= 0xc6),
    ['Big5'],
  ),
  candidate(
    'euc-kr',
    eastAsian(KOREAN, 'euc-kr', (lead, trail) => lead >= 0xb0 && lead <= 0xc8 && trail >= 0xa1),
    ['EUC-KR'],
  ),
  candidate(
    'euc-jp',
    eastAsian(JAPANESE, 'euc-jp', (lead) => lead >= 0xb0 && lead <= 0xcf),
    ['EUC-JP'],
  ),
  candidate('windows-1253', GREEK, ['ISO-8859-7', 'windows-1253'], 0.05),
  candidate('windows-1254', TURKISH, ['ISO-8859-9', 'windows-1254'], 0.1),
  candidate('windows-1255', HEBREW, ['ISO-8859-8', 'windows-1255']),
  candidate('windows-1256', ARABIC, ['windows-1256']),
  candidate('windows-1257', BALTIC, ['windows-1257']),
  candidate('windows-874', THAI, ['windows-874']),
  candidate('iso-8859-2', CENTRAL, ['ISO-8859-2', 'windows-1250']),
  candidate('iso-8859-5', CYRILLIC, ['ISO-8859-5']),
  candidate('iso-8859-6', ARABIC, ['ISO-8859-6']),
  candidate('iso-8859-7', GREEK, ['ISO-8859-7', 'windows-1253']),
  candidate('iso-8859-15', WESTERN, ['ISO-8859-1']),
  candidate('koi8-r', CYRILLIC, ['KOI8-R']),
  candidate('macintosh', WESTERN, []),
  candidate('ibm866', CYRILLIC, []),
];

function candidate(encoding: string, of: Letters, detected: readonly string[], lead = 0): Candidate {
  return Object.freeze({ encoding, letters: of, detected, lead });
}

function letters(common: string, known = ''): Letters {
  return { common: new Set(common), known: new Set(known) };
}

const KANA = /[\p{sc=Hiragana}\p{sc=Katakana}ー]/u;

/**
 * @param isDaily tells by the two bytes of a character whether the encoding's standard has it in the part of those that
 * are used daily
 */
function eastAsian(
  common: string,
  encoding: string,
  isDaily: (lead: number, trail: number) => boolean,
): Letters {
  const isJapanese = common === JAPANESE;
  let daily: ReadonlySet<string> | null = null;
  return {
    ...letters(common),
    isDaily(character) {
      if (KANA.test(character)) return isJapanese;
      daily ??= collectPairs(encoding, isDaily);
      return daily.has(character);
    },
  };
}

function collectPairs(
  encoding: string,
  isWanted: (lead: number, trail: number) => boolean,
): ReadonlySet<string> {
  const decoder = new TextDecoder(encoding);
  const found = new Set<string>();
  for (let lead = 0x81; lead < 0xff; lead++) {
    for (let trail = 0x40; trail < 0xff; trail++)
      if (isWanted(lead, trail)) found.add(decoder.decode(Uint8Array.of(lead, trail)));
  }
  return found;
}
