//! Cells, and what eight characters at once are.
const std = @import("std");

/// A cell is no value of its kind, or one that others know better.
pub const Error = error{NotPlain};

/// So many bytes before and behind a block belong to its buffer: words are read beyond a cell's end.
pub const padding = 64;

pub const ones: u64 = 0x0101_0101_0101_0101;
pub const highs: u64 = 0x8080_8080_8080_8080;
const zeros: u64 = ones * '0';

/// A cell in the buffer of its block.
pub const Cell = struct {
    text: []const u8,
    start: usize,
    end: usize,

    pub inline fn size(cell: Cell) usize {
        return cell.end - cell.start;
    }

    pub inline fn bytes(cell: Cell) []const u8 {
        return cell.text[cell.start..cell.end];
    }

    pub inline fn byte(cell: Cell, offset: usize) u8 {
        return cell.text[cell.start + offset];
    }

    /// Eight bytes as one number, the first byte lowest.
    pub inline fn word(cell: Cell, offset: usize) u64 {
        return std.mem.readInt(u64, cell.text[cell.start + offset ..][0..8], .little);
    }

    pub inline fn from(cell: Cell, offset: usize) Cell {
        return .{ .text = cell.text, .start = cell.start + offset, .end = cell.end };
    }
};

/// The lowest bytes of a word.
pub inline fn lowest(count: usize) u64 {
    return if (count >= 8) ~@as(u64, 0) else (@as(u64, 1) << @intCast(8 * count)) - 1;
}

inline fn isDigits(word: u64) bool {
    const off = word ^ zeros;
    return ((off +% ones * 0x76) | off) & highs == 0;
}

/// The number that eight characters are: D. Lemire, "Number Parsing at a Gigabyte per Second" (2021).
pub inline fn eightDigits(word: u64) Error!u64 {
    if (!isDigits(word)) return error.NotPlain;
    var value = word - zeros;
    value = value *% 10 +% (value >> 8);
    const low = (value & 0x0000_00FF_0000_00FF) *% 0x000F_4240_0000_0064;
    const high = ((value >> 16) & 0x0000_00FF_0000_00FF) *% 0x0000_2710_0000_0001;
    return (low +% high) >> 32;
}

/// The number that the first 1 to 8 characters of a word are.
pub inline fn fewDigits(word: u64, count: usize) Error!u64 {
    const shift: u6 = @intCast(64 - 8 * count);
    // Zeros stand before it.
    return eightDigits((word << shift) | (zeros & ~(~@as(u64, 0) << shift)));
}

/// Whether a word is of a form, in which a digit stands for itself and all smaller ones.
pub inline fn isLike(word: u64, comptime form: *const [8]u8) bool {
    comptime var base: u64 = 0;
    comptime var over: u64 = 0;
    inline for (form, 0..) |character, place| {
        const is_digit = character >= '0' and character <= '9';
        base |= @as(u64, if (is_digit) '0' else character) << (8 * place);
        over |= @as(u64, if (is_digit) 0x7F - (character - '0') else 0x7F) << (8 * place);
    }
    const off = word ^ base;
    return ((off +% over) | off) & highs == 0;
}

/// The number that two characters are, which have to be digits.
pub inline fn twoDigits(word: u64, comptime place: u6) u64 {
    return ((word >> (8 * place)) & 0x0F) * 10 + ((word >> (8 * place + 8)) & 0x0F);
}

/// How many digits a text begins with.
pub fn countDigits(text: []const u8) usize {
    for (text, 0..) |byte, place| if (!std.ascii.isDigit(byte)) return place;
    return text.len;
}
