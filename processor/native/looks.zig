//! What a cell looks like: the patterns of `TYPES` in `processor/formats/cell_types.py`. What looks like a
//! value need not be one, such as the 30th of February.
const std = @import("std");
const words = @import("words.zig");
const Kind = @import("column.zig").Kind;

/// Whether a cell looks like a kind.
pub fn looksLike(comptime kind: Kind, text: []const u8) bool {
    return switch (kind) {
        .integer => isInteger(unsigned(text)),
        .number => isNumber(unsigned(text)),
        .boolean => isBoolean(text),
        .date => isDate(text),
        .moment => isMoment(text),
        .moment_in_utc => isMomentInUtc(text),
        .time => isTime(text),
        .text, .any => true,
    };
}

fn unsigned(text: []const u8) []const u8 {
    return if (text.len > 0 and text[0] == '-') text[1..] else text;
}

fn isInteger(text: []const u8) bool {
    if (text.len == 0 or text.len > 19 or (text.len > 1 and text[0] == '0')) return false;
    return isAllDigits(text);
}

pub fn isNumber(text: []const u8) bool {
    const whole = words.countDigits(text);
    if (whole > 1 and text[0] == '0') return false;
    var rest = text[whole..];
    if (rest.len > 0 and rest[0] == '.') {
        const part = words.countDigits(rest[1..]);
        if (whole + part == 0) return false;
        rest = rest[1 + part ..];
    } else if (whole == 0) return false;
    if (rest.len == 0) return true;
    if (std.ascii.toLower(rest[0]) != 'e') return false;
    rest = rest[1..];
    if (rest.len > 0 and (rest[0] == '-' or rest[0] == '+')) rest = rest[1..];
    return rest.len > 0 and isAllDigits(rest);
}

pub fn isBoolean(text: []const u8) bool {
    return std.ascii.eqlIgnoreCase(text, "true") or std.ascii.eqlIgnoreCase(text, "false");
}

fn isDate(text: []const u8) bool {
    return isOf(text, "0000-00-00");
}

fn isTime(text: []const u8) bool {
    if (isOf(text, "00:00") or isOf(text, "00:00:00")) return true;
    const head = "00:00:00.".len;
    return text.len > head and isOf(text[0..head], "00:00:00.") and isAllDigits(text[head..]);
}

fn isMoment(text: []const u8) bool {
    const head = "0000-00-00".len;
    if (text.len <= head or (text[head] != ' ' and text[head] != 'T')) return false;
    return isDate(text[0..head]) and isTime(text[head + 1 ..]);
}

fn isMomentInUtc(text: []const u8) bool {
    const head = "0000-00-00T".len;
    if (text.len <= head) return false;
    const end = head + (std.mem.indexOfAny(u8, text[head..], "Z+-") orelse return false);
    const offset = text[end + 1 ..];
    const is_offset = if (text[end] == 'Z') offset.len == 0 else isOf(offset, "00") or isOf(offset, "0000") or
        isOf(offset, "00:00");
    return is_offset and isMoment(text[0..end]);
}

/// Whether a text is of a form, in which a zero stands for any digit.
fn isOf(text: []const u8, form: []const u8) bool {
    if (text.len != form.len) return false;
    for (text, form) |byte, wanted| {
        if (if (wanted == '0') !std.ascii.isDigit(byte) else byte != wanted) return false;
    }
    return true;
}

fn isAllDigits(text: []const u8) bool {
    return words.countDigits(text) == text.len;
}
