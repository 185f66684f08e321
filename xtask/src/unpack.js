// What pack.rs packed: text of 13 bits in two characters, of LZMA (lc 4, lp 0, pb 0, no end mark) after its length.
const unpack = text => {
  const packed = new Uint8Array(text.length * 13 >> 4);
  const digit = at => {
    const code = text.charCodeAt(at) - 35;
    return code > 25 ? code - 1 : code;
  };
  for (let from = 0, to = 0, held = 0, bits = 0; from < text.length; from += 2) {
    held = held << 13 | digit(from) + 91 * digit(from + 1);
    for (bits += 13; bits > 7; packed[to++] = held >> bits) bits -= 8;
    held &= (1 << bits) - 1;
  }

  const bytes = new Uint8Array(new DataView(packed.buffer).getUint32(0, true));
  // The range coder. Its first byte is always 0.
  let at = 5, range = 2 ** 32 - 1, code = 0;
  const read = () => { code = code * 256 + packed[at++]; };
  for (let byte = 0; byte < 4; byte++) read();
  const chances = new Uint16Array(1024 + (0x300 << 4)).fill(1024);
  const normalise = () => {
    if (range < 2 ** 24) {
      range *= 256;
      read();
    }
  };
  const bit = index => {
    const chance = chances[index];
    const bound = (range >>> 11) * chance;
    const one = code >= bound;
    if (one) {
      range -= bound;
      code -= bound;
      chances[index] -= chance >> 5;
    } else {
      range = bound;
      chances[index] += 2048 - chance >> 5;
    }
    normalise();
    return +one;
  };
  const tree = (base, bits) => {
    let symbol = 1;
    for (let n = bits; n--;) symbol = symbol << 1 | bit(base + symbol);
    return symbol - (1 << bits);
  };
  const reversed = (base, bits) => {
    let symbol = 1, sum = 0;
    for (let n = 0; n < bits; n++) {
      const one = bit(base + symbol);
      symbol = symbol << 1 | one;
      sum |= one << n;
    }
    return sum;
  };
  const direct = bits => {
    let sum = 0;
    while (bits--) {
      range >>>= 1;
      const one = code >= range;
      if (one) code -= range;
      sum = sum << 1 | one;
      normalise();
    }
    return sum;
  };
  const lengthFrom = base =>
    !bit(base) ? tree(base + 2, 3) : !bit(base + 1) ? 8 + tree(base + 10, 3) : 16 + tree(base + 18, 8);

  // Where each kind of chance begins.
  const MATCH = 0, REPEAT = 12, FIRST = 24, LONG = 36, SECOND = 48, THIRD = 60, SLOT = 72, FAR = 328, ALIGN = 443;
  const LENGTH = 459, REPEAT_LENGTH = 733, LITERAL = 1024;
  let state = 0;
  // How far back the last four matches began, the latest first.
  let [a, b, c, d] = [0, 0, 0, 0];
  for (let to = 0; to < bytes.length;) {
    if (!bit(MATCH + state)) {
      const base = LITERAL + 0x300 * ((bytes[to - 1] | 0) >> 4);
      let symbol = 1;
      if (state > 6) {
        for (let matched = bytes[to - a - 1], same = true; same && symbol < 256; matched <<= 1) {
          const expected = matched >> 7 & 1;
          const one = bit(base + (1 + expected << 8) + symbol);
          symbol = symbol << 1 | one;
          same = one === expected;
        }
      }
      while (symbol < 256) symbol = symbol << 1 | bit(base + symbol);
      bytes[to++] = symbol;
      state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
      continue;
    }
    let length;
    if (bit(REPEAT + state)) {
      let single = false;
      if (!bit(FIRST + state)) single = !bit(LONG + state);
      else if (!bit(SECOND + state)) [a, b] = [b, a];
      else if (!bit(THIRD + state)) [a, b, c] = [c, a, b];
      else [a, b, c, d] = [d, a, b, c];
      length = single ? 1 : 2 + lengthFrom(REPEAT_LENGTH);
      state = state > 6 ? 11 : single ? 9 : 8;
    } else {
      length = lengthFrom(LENGTH);
      state = state > 6 ? 10 : 7;
      const slot = tree(SLOT + 64 * Math.min(length, 3), 6);
      [a, b, c, d] = [slot, a, b, c];
      if (slot > 3) {
        const bits = (slot >> 1) - 1;
        a = (2 | slot & 1) << bits;
        a += slot < 14 ? reversed(FAR + a - slot, bits) : direct(bits - 4) * 16 + reversed(ALIGN, 4);
      }
      length += 2;
    }
    for (; length--; to++) bytes[to] = bytes[to - a - 1];
  }
  return bytes;
};
