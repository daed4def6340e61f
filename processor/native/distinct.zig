//! How many different texts there are: counted up to 3,071, estimated beyond, off by about two percent.
//!
//! The smallest hashes tell it, in whatever order they come: K. Beyer and others, "On Synopses for
//! Distinct-Value Estimation Under Multiset Operations" (2007).
const std = @import("std");

pub const Distinct = struct {
    pub const slots = 4_096;
    /// With so many hashes, the limit is lowered until it leaves fewer.
    const most = 3_072;
    const left = 2_048;

    /// All hashes below the limit.
    table: *[slots]u64,
    count: usize = 0,
    limit: u64 = std.math.maxInt(u64),

    /// Count one more, by its hash; whether it may be new.
    pub inline fn take(self: *Distinct, hash: u64) bool {
        if (hash >= self.limit) return true;
        const wanted = @max(hash, 1); // an empty slot is zero
        var slot = wanted % slots;
        while (self.table[slot] != wanted) : (slot = (slot + 1) % slots) {
            if (self.table[slot] == 0) {
                self.put(slot, wanted);
                return true;
            }
        }
        return false;
    }

    inline fn put(self: *Distinct, slot: usize, hash: u64) void {
        self.table[slot] = hash;
        self.count += 1;
        if (self.count == most) self.lowerTo(self.smallest(left));
    }

    /// The smallest hash but so many.
    noinline fn smallest(self: *const Distinct, but: usize) u64 {
        var all: [most]u64 = undefined;
        var count: usize = 0;
        for (self.table) |hash| {
            if (hash == 0) continue;
            all[count] = hash;
            count += 1;
        }
        std.mem.sortUnstable(u64, all[0..count], {}, std.sort.asc(u64));
        return all[but];
    }

    noinline fn lowerTo(self: *Distinct, limit: u64) void {
        const before = self.table.*;
        @memset(self.table, 0);
        self.count = 0;
        self.limit = limit;
        for (before) |hash| if (hash != 0) self.again(hash);
    }

    /// Count what another one has counted.
    pub fn merge(self: *Distinct, other: *const Distinct) void {
        if (other.limit < self.limit) self.lowerTo(other.limit);
        for (other.table) |hash| if (hash != 0) self.again(hash);
    }

    /// The number, or the estimate.
    pub fn number(self: *const Distinct) u64 {
        if (self.limit == std.math.maxInt(u64)) return self.count;
        return @intCast((@as(u128, left - 1) << 64) / self.smallest(left - 1));
    }

    fn again(self: *Distinct, hash: u64) void {
        _ = self.take(hash);
    }
};
