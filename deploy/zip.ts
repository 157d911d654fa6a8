import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly bytes: Uint8Array;
}

// The ZIP format, APPNOTE 6.3.10 (https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), sections 4.3.7, 4.3.12, 4.3.16.
const LOCAL_HEADER = 0x04_03_4b_50;
const CENTRAL_HEADER = 0x02_01_4b_50;
const END_OF_DIRECTORY = 0x06_05_4b_50;
const VERSION = 20;
const MADE_ON_UNIX = (3 << 8) | VERSION;
const UTF8_NAMES = 0x0800;
const DEFLATED = 8;
/** 1 January 1980, the first day the format knows: a real time would make every package differ. */
const FIRST_DAY = 0x00_21;
/** A plain file that everybody may read, as Lambda's user must. */
const READABLE_FILE = (0o100644 << 16) >>> 0;

interface Packed {
  readonly local: Buffer;
  readonly central: (offset: number) => Buffer;
}

const packed = ({ name, bytes }: ZipEntry): Packed => {
  const path = Buffer.from(name);
  const content = deflateRawSync(bytes, { level: 9 });
  // What the local header and the central directory say alike, from the version needed to the length of the extra field.
  const common = Buffer.alloc(26);
  common.writeUInt16LE(VERSION, 0);
  common.writeUInt16LE(UTF8_NAMES, 2);
  common.writeUInt16LE(DEFLATED, 4);
  common.writeUInt16LE(FIRST_DAY, 8);
  common.writeUInt32LE(crc32(bytes), 10);
  common.writeUInt32LE(content.length, 14);
  common.writeUInt32LE(bytes.length, 18);
  common.writeUInt16LE(path.length, 22);
  const start = Buffer.alloc(4);
  start.writeUInt32LE(LOCAL_HEADER);
  return {
    local: Buffer.concat([start, common, path, content]),
    central: (offset) => {
      const head = Buffer.alloc(6);
      head.writeUInt32LE(CENTRAL_HEADER, 0);
      head.writeUInt16LE(MADE_ON_UNIX, 4);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(READABLE_FILE, 6);
      tail.writeUInt32LE(offset, 10);
      return Buffer.concat([head, common, tail, path]);
    },
  };
};

/** A ZIP archive of these files in this order; the same files give the same bytes, whenever and wherever. */
export const zip = (entries: readonly ZipEntry[]): Buffer => {
  const files = entries.map(packed);
  let offset = 0;
  const directory: Buffer[] = [];
  for (const { local, central } of files) {
    directory.push(central(offset));
    offset += local.length;
  }
  const directoryLength = directory.reduce((sum, { length }) => sum + length, 0);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END_OF_DIRECTORY, 0);
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directoryLength, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...files.map(({ local }) => local), ...directory, end]);
};
