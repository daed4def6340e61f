//! Dates and times, each as one number that grows with them.
const std = @import("std");
const words = @import("words.zig");

const Cell = words.Cell;
const Error = words.Error;

const date_size = "2024-01-31".len;
const moment_size = "2024-01-31 10:00:00".len;
const minutes_of_day = 24 * 60;

/// The number of a day: `processor/formats/plain_tables.py` takes it apart.
const Day = packed struct(u64) {
    none: u37 = 0,
    day: u5,
    month: u4,
    year: u18,

    inline fn number(self: Day) i64 {
        return @bitCast(self);
    }
};

const Clock = packed struct(u64) {
    microsecond: u20 = 0,
    second: u6 = 0,
    minute: u6,
    hour: u5,
    none: u27 = 0,

    inline fn number(self: Clock) i64 {
        return @bitCast(self);
    }
};

/// `2024-01-31`.
pub inline fn date(cell: Cell) Error!i64 {
    if (cell.size() != date_size) return error.NotPlain;
    return (try dayOf(cell)).number();
}

/// `10:00`, `10:00:00`, or `10:00:00.123456`.
pub inline fn time(cell: Cell) Error!i64 {
    return (try clockOf(cell)).number();
}

/// `2024-01-31 10:00:00`, or any other time behind it; a `T` may stand between.
pub inline fn moment(cell: Cell) Error!i64 {
    const day = try dayBeforeClock(cell);
    const rest = cell.from(date_size + 1);
    const clock = if (cell.size() == moment_size) try usualClock(rest) else try clockOf(rest);
    return day.number() | clock.number();
}

/// `2024-01-31T10:00:00Z`, or another offset from UTC: `+02`, `-0230`, `+02:30`.
pub inline fn momentInUtc(cell: Cell) Error!i64 {
    const day = try dayBeforeClock(cell);
    if (cell.size() == moment_size + 1 and cell.byte(moment_size) == 'Z')
        return day.number() | (try usualClock(cell.from(date_size + 1))).number();
    return anyInUtc(day, cell.from(date_size + 1));
}

fn anyInUtc(day: Day, cell: Cell) Error!i64 {
    const text = cell.bytes();
    const sign = std.mem.indexOfAny(u8, text, "Z+-") orelse return error.NotPlain;
    var clock = try clockOf(.{ .text = cell.text, .start = cell.start, .end = cell.start + sign });
    const offset = try minutesOf(text[sign..]);
    if (offset == 0) return day.number() | clock.number();
    const minutes = daysBefore(day) * minutes_of_day + @as(i64, clock.hour) * 60 + clock.minute - offset;
    const of_day = @mod(minutes, minutes_of_day);
    clock.hour = @intCast(@divFloor(of_day, 60));
    clock.minute = @intCast(@mod(of_day, 60));
    return (try dayAfter(@divFloor(minutes, minutes_of_day))).number() | clock.number();
}

/// An offset from UTC in minutes.
fn minutesOf(text: []const u8) Error!i64 {
    if (text[0] == 'Z') return if (text.len == 1) 0 else error.NotPlain;
    const with_colon = text.len == "+02:30".len;
    if (with_colon and text[3] != ':') return error.NotPlain;
    const hours = try pair(text, 1);
    const minutes: u8 = switch (text.len) {
        "+02".len => 0,
        "+0230".len => try pair(text, 3),
        "+02:30".len => try pair(text, 4),
        else => return error.NotPlain,
    };
    if (hours > 23 or minutes > 59) return error.NotPlain;
    const offset = @as(i64, hours) * 60 + minutes;
    return if (text[0] == '-') -offset else offset;
}

fn pair(text: []const u8, place: usize) Error!u8 {
    if (text.len < place + 2) return error.NotPlain;
    if (words.countDigits(text[place..][0..2]) != 2) return error.NotPlain;
    return (text[place] - '0') * 10 + (text[place + 1] - '0');
}

inline fn dayBeforeClock(cell: Cell) Error!Day {
    if (cell.size() <= date_size) return error.NotPlain;
    const between = cell.byte(date_size);
    if (between != ' ' and between != 'T') return error.NotPlain;
    return dayOf(cell);
}

inline fn dayOf(cell: Cell) Error!Day {
    const first = cell.word(0);
    const last = cell.word(8) & words.lowest(2) | comptime ~words.lowest(2) & (words.ones * '0');
    if (!words.isLike(first, "9999-19-") or !words.isLike(last, "39000000")) return error.NotPlain;
    const year = words.twoDigits(first, 0) * 100 + words.twoDigits(first, 2);
    const month = words.twoDigits(first, 5);
    const day = words.twoDigits(last, 0);
    if (year == 0 or month == 0 or month > 12 or day == 0) return error.NotPlain;
    if (day > 28 and day > daysOf(year, month)) return error.NotPlain;
    return .{ .year = @intCast(year), .month = @intCast(month), .day = @intCast(day) };
}

fn daysOf(year: u64, month: u64) u64 {
    const leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0);
    return switch (month) {
        2 => if (leap) 29 else 28,
        4, 6, 9, 11 => 30,
        else => 31,
    };
}

/// `10:00:00`.
inline fn usualClock(cell: Cell) Error!Clock {
    const word = cell.word(0);
    const hour = words.twoDigits(word, 0);
    if (!words.isLike(word, "29:59:59") or hour > 23) return error.NotPlain;
    return .{
        .hour = @intCast(hour),
        .minute = @intCast(words.twoDigits(word, 3)),
        .second = @intCast(words.twoDigits(word, 6)),
    };
}

fn clockOf(cell: Cell) Error!Clock {
    const text = cell.bytes();
    if (text.len == "10:00".len) {
        const hour, const minute = .{ try pair(text, 0), try pair(text, 3) };
        if (text[2] != ':' or hour > 23 or minute > 59) return error.NotPlain;
        return .{ .hour = @intCast(hour), .minute = @intCast(minute) };
    }
    if (text.len < "10:00:00".len) return error.NotPlain;
    var clock = try usualClock(cell);
    if (text.len > "10:00:00".len) clock.microsecond = try microseconds(text["10:00:00".len..]);
    return clock;
}

fn microseconds(text: []const u8) Error!u20 {
    if (text[0] != '.' or text.len == 1 or text.len > ".123456".len) return error.NotPlain;
    if (words.countDigits(text[1..]) != text.len - 1) return error.NotPlain;
    var value: u20 = 0;
    for (1..".123456".len) |place| value = value * 10 + if (place < text.len) text[place] - '0' else 0;
    return value;
}

/// Days since the first of March of the year 0: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn daysBefore(day: Day) i64 {
    const late = @intFromBool(day.month <= 2);
    const year = @as(i64, day.year) - late;
    const month = @as(i64, day.month) + 12 * @as(i64, late) - 3;
    return year * 365 + @divFloor(year, 4) - @divFloor(year, 100) + @divFloor(year, 400) +
        @divFloor(153 * month + 2, 5) + day.day - 1;
}

fn dayAfter(days: i64) Error!Day {
    const era = @divFloor(days, 146_097);
    const rest = @mod(days, 146_097);
    const without_leaps = rest - @divFloor(rest, 1_460) + @divFloor(rest, 36_524) - @divFloor(rest, 146_096);
    const of_era = @divFloor(without_leaps, 365);
    const of_year = rest - (365 * of_era + @divFloor(of_era, 4) - @divFloor(of_era, 100));
    const month = @divFloor(5 * of_year + 2, 153);
    const day = of_year - @divFloor(153 * month + 2, 5) + 1;
    const late = month >= 10;
    const shown = if (late) month - 9 else month + 3;
    const year = of_era + era * 400 + @intFromBool(late);
    if (year < 1 or year > 9999) return error.NotPlain;
    return .{ .year = @intCast(year), .month = @intCast(shown), .day = @intCast(day) };
}
