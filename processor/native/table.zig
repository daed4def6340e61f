//! Delimited tables of which only what is plain gets through: rows of one width, quotes where RFC 4180 wants
//! them, UTF-8 without NUL bytes, one kind of line break.
//!
//! Bytes are looked at 64 at a time, as in G. Langdale and D. Lemire, "Parsing Gigabytes of JSON per
//! Second" (2019).
const std = @import("std");
const columns = @import("column.zig");
const words = @import("words.zig");

const Cell = words.Cell;
const Column = columns.Column;
/// What is not plain: how the rows are written, or a value in them.
const Error = error{ OddRows, OddValue };

const lanes = 64;
const Lanes = @Vector(lanes, u8);

/// Which of some bytes are this one; the first byte is the lowest bit.
inline fn where(text: Lanes, byte: u8) u64 {
    return @bitCast(text == @as(Lanes, @splat(byte)));
}

/// Which bits have an odd number of bits up to and with themselves.
inline fn parity(bits: u64) u64 {
    var found = bits;
    inline for (.{ 1, 2, 4, 8, 16, 32 }) |shift| found ^= found << shift;
    return found;
}

/// The highest bit in all places.
inline fn highest(bits: u64) u64 {
    return @bitCast(@as(i64, @bitCast(bits)) >> 63);
}

pub const Table = struct {
    delimiter: u8,
    quote: ?u8,
    /// Of one record.
    most_bytes: usize,
    columns: []Column,
    /// Where cells end. Before the first one stands what ends before it.
    ends: []u32,
    rows: u64 = 0,
    returns: bool = false,
    lone_breaks: bool = false,

    /// So many ends are looked for before rows are taken.
    pub fn endsFor(width: usize) usize {
        return @max(4_096, 2 * width) + lanes;
    }

    /// Count the records from `begin` to `end`; around them is padding. Doubled quotes in them become single.
    pub fn take(self: *Table, buffer: []u8, begin: usize, end: usize) Error!void {
        self.rows += if (self.quotesIn(buffer[begin..end]))
            try self.takeText(true, buffer, begin, end)
        else
            try self.takeText(false, buffer, begin, end);
    }

    /// How many lines there are from `begin` to `end`, if all are plain rows. Nothing is counted or changed.
    pub fn plainLines(self: *Table, buffer: []const u8, begin: usize, end: usize) Error!u64 {
        return if (self.quotesIn(buffer[begin..end]))
            self.linesOf(true, buffer, begin, end)
        else
            self.linesOf(false, buffer, begin, end);
    }

    fn quotesIn(self: *const Table, text: []const u8) bool {
        return if (self.quote) |quote| has(text, quote) else false;
    }

    fn linesOf(self: *Table, comptime quoted: bool, buffer: []const u8, begin: usize, end: usize) Error!u64 {
        var scan: Scan = .{ .text = buffer[0..end] };
        var before = begin - 1;
        var cells: u64 = 0;
        var place = begin;
        while (place < end) : (place += lanes) {
            const found = buffer[place..][0..lanes].*;
            var stops = try scan.next(quoted, self, found, place);
            var breaks = where(found, '\n') & stops;
            while (breaks != 0) : (breaks &= breaks - 1) {
                const row = stops & (breaks ^ (breaks - 1));
                const stop = place + @ctz(breaks);
                if (cells + @popCount(row) != self.columns.len) return error.OddRows;
                try self.checkRow(buffer, before, stop);
                stops ^= row;
                cells = 0;
                before = stop;
            }
            cells += @popCount(stops);
        }
        try self.checkEnd(&scan);
        if (before + 1 != end or scan.lines != scan.breaks) return error.OddRows;
        return scan.lines;
    }

    fn takeText(self: *Table, comptime quoted: bool, buffer: []u8, begin: usize, end: usize) Error!u64 {
        const width = self.columns.len;
        var scan: Scan = .{ .text = buffer[0..end] };
        var rows: u64 = 0;
        var count: usize = 1;
        self.ends[0] = @intCast(begin - 1);
        var place = begin;
        while (place < end) : (place += lanes) {
            const found = buffer[place..][0..lanes].*;
            var stops = try scan.next(quoted, self, found, place);
            while (stops != 0) : (stops &= stops - 1) {
                self.ends[count] = @intCast(place + @ctz(stops));
                count += 1;
            }
            if (count + lanes <= self.ends.len and place + lanes < end) continue;
            const whole = (count - 1) / width;
            try self.checkRows(buffer, whole);
            self.takeColumns(quoted, buffer, whole) catch return error.OddValue;
            rows += whole;
            // What is left begins behind the last row.
            std.mem.copyForwards(u32, self.ends, self.ends[whole * width .. count]);
            count -= whole * width;
        }
        try self.checkEnd(&scan);
        if (count != 1 or rows != scan.lines) return error.OddRows;
        return rows;
    }

    fn checkEnd(self: *const Table, scan: *const Scan) Error!void {
        if (!scan.isComplete() or (self.returns and self.lone_breaks)) return error.OddRows;
    }

    fn checkRows(self: *Table, buffer: []u8, rows: usize) Error!void {
        const width = self.columns.len;
        for (0..rows) |row| {
            const before, const end = .{ self.ends[row * width], self.ends[(row + 1) * width] };
            if (buffer[end] != '\n') return error.OddRows;
            try self.checkRow(buffer, before, end);
        }
    }

    inline fn checkRow(self: *const Table, buffer: []const u8, before: usize, end: usize) Error!void {
        if (end - before - 1 > self.most_bytes) return error.OddRows;
        const blank = end - before == 1 or (end - before == 2 and buffer[end - 1] == '\r');
        if (blank and self.columns.len == 1) return error.OddRows;
    }

    fn takeColumns(self: *Table, comptime quoted: bool, buffer: []u8, rows: usize) words.Error!void {
        for (self.columns, 1..) |*column, number| switch (column.kind) {
            inline else => |kind| try self.takeColumn(kind, quoted, buffer, rows, column, number),
        };
    }

    fn takeColumn(
        self: *Table,
        comptime kind: columns.Kind,
        comptime quoted: bool,
        buffer: []u8,
        rows: usize,
        column: *Column,
        number: usize,
    ) words.Error!void {
        const width = self.columns.len;
        const returns = self.returns and number == width;
        for (0..rows) |row| {
            const at = row * width + number;
            var cell: Cell = .{ .text = buffer, .start = self.ends[at - 1] + 1, .end = self.ends[at] };
            if (returns and buffer[cell.end - 1] == '\r') cell.end -= 1;
            if (quoted and buffer[cell.start] == self.quote.?) {
                cell.start += 1;
                cell.end = withSingleQuotes(buffer, cell.start, cell.end - 1, self.quote.?);
            }
            if (cell.size() > 0) try column.take(kind, cell);
        }
    }

    /// Count what another one has counted.
    pub fn merge(self: *Table, other: *const Table) Error!void {
        self.rows += other.rows;
        self.returns = self.returns or other.returns;
        self.lone_breaks = self.lone_breaks or other.lone_breaks;
        if (self.returns and self.lone_breaks) return error.OddRows;
        for (self.columns, other.columns) |*column, *same| column.merge(same);
    }
};

/// What carries over from 64 bytes to the next: of the last one whether it is within quotes, a quote that
/// closes a cell, a carriage return, or something behind which a cell may begin.
const Scan = struct {
    text: []const u8,
    within: u64 = 0,
    closed: u64 = 0,
    returned: u64 = 0,
    begins: u64 = 1,
    /// How many of the next bytes belong to a character that was looked at.
    of_character: usize = 0,
    /// Line breaks that end a row, and all of them.
    lines: u64 = 0,
    breaks: u64 = 0,

    /// Which of some bytes end a cell.
    inline fn next(self: *Scan, comptime quoted: bool, table: *Table, found: Lanes, place: usize) Error!u64 {
        const left = self.text.len - place;
        const some = if (left < lanes) (@as(u64, 1) << @intCast(left)) - 1 else ~@as(u64, 0);
        if (where(found, 0) & some != 0) return error.OddRows;
        const breaks = where(found, '\n') & some;
        const stops = breaks | where(found, table.delimiter) & some;
        const beyond_ascii = ~where(found & @as(Lanes, @splat(0x80)), 0) & some;
        if (beyond_ascii != 0 or self.of_character != 0) try self.checkCharacters(place, beyond_ascii);
        const returns = where(found, '\r') & some;
        try self.checkReturns(table, breaks, returns);
        const quotes = if (quoted) where(found, table.quote.?) & some else 0;
        const inside: u64 = if (quoted) try self.checkQuotes(quotes, stops, returns, some) else 0;
        self.lines += @popCount(breaks & ~inside);
        self.breaks += @popCount(breaks);
        return stops & ~inside;
    }

    /// Every carriage return stands before a line break.
    inline fn checkReturns(self: *Scan, table: *Table, breaks: u64, returns: u64) Error!void {
        if (returns | self.returned == 0) {
            table.lone_breaks = table.lone_breaks or breaks != 0;
            return;
        }
        const behind = returns << 1 | self.returned;
        if (behind & ~breaks != 0) return error.OddRows;
        table.lone_breaks = table.lone_breaks or breaks & ~behind != 0;
        table.returns = true;
        self.returned = returns >> 63;
    }

    /// Every quote opens a cell, closes it, or is one of two within a cell; which bytes are within quotes.
    inline fn checkQuotes(self: *Scan, quotes: u64, stops: u64, returns: u64, some: u64) Error!u64 {
        const inside = parity(quotes) ^ self.within;
        // Of two within a cell, the first one seems to close it, and the second one to open it again.
        const opening, const closing = .{ quotes & inside, quotes & ~inside };
        const may_begin = (stops | closing) << 1 | self.begins;
        const has_closed = closing << 1 | self.closed;
        const may_follow = stops | returns | quotes | ~some;
        if (opening & ~may_begin != 0 or has_closed & ~may_follow != 0) return error.OddRows;
        self.within = highest(inside);
        self.begins = (stops | closing) >> 63;
        self.closed = closing >> 63;
        return inside;
    }

    noinline fn checkCharacters(self: *Scan, place: usize, beyond_ascii: u64) Error!void {
        var begin = self.of_character;
        self.of_character = 0;
        while (true) {
            const left = beyond_ascii >> @intCast(begin) << @intCast(begin);
            if (left == 0) return;
            const first = place + @ctz(left);
            const size = std.unicode.utf8ByteSequenceLength(self.text[first]) catch return error.OddRows;
            if (first + size > self.text.len) return error.OddRows;
            _ = std.unicode.utf8Decode(self.text[first..][0..size]) catch return error.OddRows;
            begin = first + size - place;
            if (begin >= lanes) {
                self.of_character = begin - lanes;
                return;
            }
        }
    }

    /// Whether nothing is left open; half a character has been noticed already.
    fn isComplete(self: *const Scan) bool {
        return self.within == 0 and self.returned == 0;
    }
};

fn has(text: []const u8, byte: u8) bool {
    return std.mem.indexOfScalar(u8, text, byte) != null;
}

/// Make one quote of each two in a cell; where it ends then.
inline fn withSingleQuotes(buffer: []u8, start: usize, end: usize, quote: u8) usize {
    const first = std.mem.indexOfScalarPos(u8, buffer[0..end], start, quote) orelse return end;
    return halved(buffer, first, end, quote);
}

noinline fn halved(buffer: []u8, first: usize, end: usize, quote: u8) usize {
    var from, var to = .{ first, first };
    while (from < end) : (to += 1) {
        buffer[to] = buffer[from];
        from += if (buffer[from] == quote) 2 else 1;
    }
    return to;
}

/// Where the last record of a text ends, its line break included; 0 if none does.
pub fn lastEnd(text: []const u8, quote: ?u8) usize {
    const last = if (std.mem.lastIndexOfScalar(u8, text, '\n')) |place| place + 1 else 0;
    const mark = quote orelse return last;
    if (!has(text, mark)) return last;
    var found: usize = 0;
    var within: u64 = 0;
    var place: usize = 0;
    while (place + lanes <= text.len) : (place += lanes) {
        const some: Lanes = text[place..][0..lanes].*;
        const inside = parity(where(some, mark)) ^ within;
        const ends = where(some, '\n') & ~inside;
        if (ends != 0) found = place + lanes - @clz(ends);
        within = highest(inside);
    }
    for (text[place..], place + 1..) |byte, behind| {
        if (byte == mark) within = ~within;
        if (byte == '\n' and within == 0) found = behind;
    }
    return found;
}
