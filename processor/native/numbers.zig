//! Numbers as `processor/formats/cell_types.py` has them: no spaces, plus signs or leading zeros.
const std = @import("std");
const looks = @import("looks.zig");
const words = @import("words.zig");

const Cell = words.Cell;
const Error = words.Error;

const most_digits = 19;
/// Up to here floating point has every whole number, and rounds its quotient by a power of ten correctly.
const exact = 1 << 53;
const powers = blk: {
    var found: [most_digits]f64 = undefined;
    var power: f64 = 1;
    for (&found) |*one| {
        one.* = power;
        power *= 10;
    }
    break :blk found;
};

/// A whole number of less than 2^63; a negative zero is none.
pub inline fn integer(cell: Cell) Error!i64 {
    const negative = cell.byte(0) == '-';
    const plain = cell.from(@intFromBool(negative));
    const size = plain.size();
    if (size == 0 or size > most_digits) return error.NotPlain;
    if (plain.byte(0) == '0' and (size > 1 or negative)) return error.NotPlain;
    const value: i64 = @intCast(try digits(plain, size));
    return if (negative) -value else value;
}

inline fn digits(cell: Cell, size: usize) Error!u64 {
    if (size <= 8) return words.fewDigits(cell.word(0), size);
    var offset = (size - 1) % 8 + 1;
    var value = try words.fewDigits(cell.word(0), offset);
    while (offset < size) : (offset += 8)
        value = value * 100_000_000 + try words.eightDigits(cell.word(offset));
    return if (value <= std.math.maxInt(i64)) value else error.NotPlain;
}

/// A number as JSON has it, but digits may lack before or behind its point; rounded correctly.
pub inline fn number(cell: Cell) Error!f64 {
    const negative = cell.byte(0) == '-';
    const plain = cell.from(@intFromBool(negative));
    const size = plain.size();
    if (size == 0) return error.NotPlain;
    const value = if (size <= 8) try short(plain, size) else try long(plain.bytes());
    return if (negative) -value else value;
}

inline fn short(cell: Cell, size: usize) Error!f64 {
    const first = cell.word(0) & words.lowest(size);
    const off = first ^ (words.ones * '.');
    // The lowest byte that is zero; above it there may be wrong ones.
    const points = (off -% words.ones) & ~off & words.highs;
    if (points == 0) {
        if (size > 1 and cell.byte(0) == '0') return rare(cell.bytes());
        return @floatFromInt(words.fewDigits(first, size) catch return rare(cell.bytes()));
    }
    const place = @ctz(points) >> 3;
    if (size == 1 or (place > 1 and cell.byte(0) == '0')) return error.NotPlain;
    // What stands before the point moves one place nearer.
    const before = first & words.lowest(place);
    const together = before | (first >> 8 & ~words.lowest(place));
    const value = words.fewDigits(together, size - 1) catch return rare(cell.bytes());
    return @as(f64, @floatFromInt(value)) / powers[size - 1 - place];
}

fn long(text: []const u8) Error!f64 {
    if (text.len >= most_digits) return rare(text);
    var value: u64 = 0;
    var point: ?usize = null;
    for (text, 0..) |byte, place| {
        if (std.ascii.isDigit(byte)) {
            value = value * 10 + (byte - '0');
        } else if (byte == '.' and point == null) {
            point = place;
        } else return rare(text);
    }
    const leads = text[0] == '0' and point != 1;
    if (value > exact or leads) return rare(text);
    return @as(f64, @floatFromInt(value)) / powers[if (point) |place| text.len - 1 - place else 0];
}

/// A number with an exponent, or with more digits than 53 bits hold.
fn rare(text: []const u8) Error!f64 {
    if (!looks.isNumber(text)) return error.NotPlain;
    const value = std.fmt.parseFloat(f64, text) catch return error.NotPlain;
    return if (std.math.isFinite(value)) value else error.NotPlain;
}
