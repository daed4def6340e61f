//! What is known of a column so far.
const std = @import("std");
const looks = @import("looks.zig");
const moments = @import("moments.zig");
const numbers = @import("numbers.zig");
const words = @import("words.zig");
const Distinct = @import("distinct.zig").Distinct;

const Cell = words.Cell;
const Error = words.Error;

/// What cells are, in the order of `TYPES` in `processor/formats/cell_types.py`; `any` finds out.
pub const Kind = enum(u8) { integer, number, boolean, date, moment, moment_in_utc, time, text, any };
pub const kinds = std.enums.values(Kind).len;

/// The first bytes of a text that is the first or the last of many: four for each character that is shown.
const Text = struct {
    const most = 400;

    first: u64 = 0,
    size: usize = 0,
    padded: [most + words.padding]u8 = @splat(0),

    fn set(self: *Text, text: []const u8, first: u64) void {
        self.first = first;
        self.size = @min(text.len, most);
        @memcpy(self.padded[0..self.size], text[0..self.size]);
    }

    inline fn isAfter(self: *const Text, text: []const u8, first: u64) bool {
        return first < self.first or (first == self.first and self.order(text) == .gt);
    }

    inline fn isBefore(self: *const Text, text: []const u8, first: u64) bool {
        return first > self.first or (first == self.first and self.order(text) == .lt);
    }

    fn order(self: *const Text, text: []const u8) std.math.Order {
        return std.mem.order(u8, self.shown(), text[0..@min(text.len, most)]);
    }

    pub fn shown(self: *const Text) []const u8 {
        return self.padded[0..self.size];
    }
};

pub const Column = struct {
    kind: Kind,
    distinct: ?Distinct = null,
    filled: u64 = 0,
    low: i64 = std.math.maxInt(i64),
    high: i64 = std.math.minInt(i64),
    sum: i128 = 0,
    lowest: f64 = std.math.inf(f64),
    highest: f64 = -std.math.inf(f64),
    total: f64 = 0,
    lost: f64 = 0,
    has_text: bool = false,
    first: Text = .{},
    last: Text = .{},
    /// How many cells look like each kind, where it is to be found out.
    like: [kinds]u64 = @splat(0),

    /// Count a cell that is not empty.
    pub inline fn take(self: *Column, comptime kind: Kind, cell: Cell) Error!void {
        switch (kind) {
            .any => return self.findOut(cell),
            .text => {},
            .integer => self.takeInteger(try numbers.integer(cell)),
            .number => self.takeNumber(try numbers.number(cell)),
            .boolean => try checkBoolean(cell),
            .date => self.bound(try moments.date(cell)),
            .moment => self.bound(try moments.moment(cell)),
            .moment_in_utc => self.bound(try moments.momentInUtc(cell)),
            .time => self.bound(try moments.time(cell)),
        }
        const may_be_new = if (self.distinct) |*distinct| distinct.take(hashOf(cell)) else true;
        if (kind == .text and may_be_new) self.takeText(cell);
        self.filled += 1;
    }

    fn findOut(self: *Column, cell: Cell) void {
        self.filled += 1;
        inline for (comptime std.enums.values(Kind), &self.like) |kind, *count| {
            if (looks.looksLike(kind, cell.bytes())) count.* += 1;
        }
    }

    inline fn takeInteger(self: *Column, value: i64) void {
        self.bound(value);
        self.sum += value;
    }

    inline fn bound(self: *Column, value: i64) void {
        self.low = @min(self.low, value);
        self.high = @max(self.high, value);
    }

    inline fn takeNumber(self: *Column, value: f64) void {
        self.lowest = @min(self.lowest, value);
        self.highest = @max(self.highest, value);
        self.add(value);
    }

    /// What rounding takes from the sum is kept: O. Møller, "Quasi Double-Precision" (1965).
    inline fn add(self: *Column, value: f64) void {
        const total = self.total + value;
        const part = total - self.total;
        self.lost += (self.total - (total - part)) + (value - part);
        self.total = total;
    }

    inline fn takeText(self: *Column, cell: Cell) void {
        // The first byte counts most.
        const first = @byteSwap(cell.word(0) & words.lowest(cell.size()));
        if (!self.has_text) {
            self.has_text = true;
            self.first.set(cell.bytes(), first);
            self.last.set(cell.bytes(), first);
        }
        if (self.first.isAfter(cell.bytes(), first)) self.first.set(cell.bytes(), first);
        if (self.last.isBefore(cell.bytes(), first)) self.last.set(cell.bytes(), first);
    }

    /// Count what another one has counted.
    pub fn merge(self: *Column, other: *const Column) void {
        self.filled += other.filled;
        self.low = @min(self.low, other.low);
        self.high = @max(self.high, other.high);
        self.sum += other.sum;
        self.lowest = @min(self.lowest, other.lowest);
        self.highest = @max(self.highest, other.highest);
        self.add(other.total);
        self.add(other.lost);
        if (self.distinct) |*distinct| distinct.merge(&other.distinct.?);
        if (other.has_text) {
            self.takeText(.{ .text = &other.first.padded, .start = 0, .end = other.first.size });
            self.takeText(.{ .text = &other.last.padded, .start = 0, .end = other.last.size });
        }
    }
};

inline fn hashOf(cell: Cell) u64 {
    return std.hash.Wyhash.hash(0, cell.bytes());
}

inline fn checkBoolean(cell: Cell) Error!void {
    if (!looks.isBoolean(cell.bytes())) return error.NotPlain;
}
