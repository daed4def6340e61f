//! What `processor/native/__init__.py` calls. Memory is given by the caller, so nothing has to be freed.
const std = @import("std");
const columns = @import("column.zig");
const tables = @import("table.zig");
const Distinct = @import("distinct.zig").Distinct;

const Column = columns.Column;
const Table = tables.Table;

/// A message and the end. The usual way unwinds stacks, and would make the library three times as large.
pub const panic = std.debug.FullPanic(tellAndEnd);

fn tellAndEnd(message: []const u8, _: ?usize) noreturn {
    @branchHint(.cold);
    _ = std.posix.system.write(std.posix.STDERR_FILENO, message.ptr, message.len);
    _ = std.posix.system.write(std.posix.STDERR_FILENO, "\n", 1);
    @trap();
}

/// What is known of a column.
const Figures = extern struct {
    filled: u64,
    distinct: u64,
    low: i64,
    high: i64,
    sum_high: i64,
    sum_low: u64,
    lowest: f64,
    highest: f64,
    total: f64,
    first: [*]const u8,
    first_size: usize,
    last: [*]const u8,
    last_size: usize,
    like: [columns.kinds]u64,
};

/// How much memory a table takes.
export fn table_bytes(width: usize, distinct: bool) usize {
    const hashes: usize = if (distinct) Distinct.slots * @sizeOf(u64) else 0;
    const ends = Table.endsFor(width) * @sizeOf(u32);
    const to_align = (width + 4) * @alignOf(i128);
    return @sizeOf(Table) + width * (@sizeOf(Column) + hashes) + ends + to_align;
}

/// A table that nothing is known of.
///
/// `kinds` has a byte for each column; `quote` is negative if there is none; `most_bytes` is of one record.
export fn table_new(
    memory: [*]u8,
    size: usize,
    kinds: [*]const u8,
    width: usize,
    delimiter: u8,
    quote: i16,
    most_bytes: usize,
    distinct: bool,
) *Table {
    var fixed: std.heap.FixedBufferAllocator = .init(memory[0..size]);
    return newIn(fixed.allocator(), kinds[0..width], delimiter, given(quote), most_bytes, distinct) catch
        @panic("less memory than table_bytes says");
}

fn newIn(
    allocator: std.mem.Allocator,
    kinds: []const u8,
    delimiter: u8,
    quote: ?u8,
    most_bytes: usize,
    distinct: bool,
) std.mem.Allocator.Error!*Table {
    const table = try allocator.create(Table);
    table.* = .{
        .delimiter = delimiter,
        .quote = quote,
        .most_bytes = most_bytes,
        .columns = try allocator.alloc(Column, kinds.len),
        .ends = try allocator.alloc(u32, Table.endsFor(kinds.len)),
    };
    for (table.columns, kinds) |*column, kind| {
        column.* = .{ .kind = @fromBackingInt(@intCast(kind)) };
        if (distinct and column.kind != .boolean) {
            const hashes = try allocator.create([Distinct.slots]u64);
            @memset(hashes, 0);
            column.distinct = .{ .table = hashes };
        }
    }
    return table;
}

fn given(quote: i16) ?u8 {
    return if (quote < 0) null else @intCast(quote);
}

/// Count the records from `begin` to `end` of a buffer with padding around; what of them is not plain, as
/// `Odd` in `processor/native/__init__.py`.
export fn table_take(table: *Table, buffer: [*]u8, size: usize, begin: usize, end: usize) u8 {
    table.take(buffer[0..size], begin, end) catch |odd| return switch (odd) {
        error.OddRows => 1,
        error.OddValue => 2,
    };
    return 0;
}

/// How many lines there are from `begin` to `end` of such a buffer, if all are plain rows; else 0.
export fn table_plain_lines(table: *Table, buffer: [*]u8, size: usize, begin: usize, end: usize) u64 {
    return table.plainLines(buffer[0..size], begin, end) catch 0;
}

/// Count what another table has counted; whether both are of a kind.
export fn table_merge(table: *Table, other: *const Table) bool {
    table.merge(other) catch return false;
    return true;
}

export fn table_rows(table: *const Table) u64 {
    return table.rows;
}

/// What is known of a column; its texts stay in the table's memory.
export fn table_column(table: *const Table, number: usize, figures: *Figures) void {
    const column = &table.columns[number];
    const first, const last = .{ column.first.shown(), column.last.shown() };
    figures.* = .{
        .filled = column.filled,
        .distinct = if (column.distinct) |*distinct| distinct.number() else 0,
        .low = column.low,
        .high = column.high,
        .sum_high = @intCast(column.sum >> 64),
        .sum_low = @truncate(@as(u128, @bitCast(column.sum))),
        .lowest = column.lowest,
        .highest = column.highest,
        .total = column.total + column.lost,
        .first = first.ptr,
        .first_size = first.len,
        .last = last.ptr,
        .last_size = last.len,
        .like = column.like,
    };
}

/// Where the last record of a text ends that begins with one; 0 if none does.
export fn records_end(text: [*]const u8, size: usize, quote: i16) usize {
    return tables.lastEnd(text[0..size], given(quote));
}
