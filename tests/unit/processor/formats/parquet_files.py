"""Parquet files of all kinds, which pyarrow writes in a process of its own."""

from __future__ import annotations

CODECS = ("none", "snappy", "gzip", "brotli", "zstd", "lz4")
WRITE = (
    f"""
CODECS = {CODECS}
"""
    + """
import base64, datetime as dt, uuid
from decimal import Decimal
import pyarrow as pa, pyarrow.parquet as pq, pyarrow.parquet.encryption as pe

n = 1000
plain = pa.table({
    "i": range(n), "s": [f"text {i % 37}" for i in range(n)],
    "f": [i / 8 if i % 5 else None for i in range(n)],
})
for codec in CODECS:
    pq.write_table(plain, f"{codec}.parquet", compression=codec)
pq.write_table(plain, "v2.parquet", data_page_version="2.0", version="2.6", row_group_size=300)
pq.write_table(plain, "delta.parquet", use_dictionary=False, column_encoding={
    "i": "DELTA_BINARY_PACKED", "s": "DELTA_BYTE_ARRAY", "f": "BYTE_STREAM_SPLIT"})
pq.write_table(plain.slice(0, 0), "empty.parquet")
pq.write_table(pa.table({}), "no_columns.parquet")
pq.write_table(pa.table({
    "list": [[1, 2], None, []], "struct": [{"a": 1, "b": "x"}, None, {"a": None, "b": "y"}],
    "map": pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int32())), "after": [1, 2, 3],
}), "nested.parquet")
three = [pa.array([1]), pa.array([2]), pa.array([3])]
pq.write_table(pa.Table.from_arrays(three, names=["a", "A", 'b"\\n, c']), "names.parquet")
day = dt.datetime(2020, 2, 29, 12, 30)
pq.write_table(pa.table({
    "decimal": pa.array([Decimal("1.25"), None, Decimal("-9.75")], pa.decimal128(9, 2)),
    "date": pa.array([dt.date(2020, 2, 29), None, dt.date(9999, 12, 31)]),
    "us": pa.array([day, None, None]), "ns": pa.array([day, None, None], pa.timestamp("ns")),
    "zoned": pa.array([day, None, None], pa.timestamp("us", "Europe/Berlin")),
    "clock": pa.array([dt.time(1, 2, 3), None, None]), "bytes": pa.array([b"\\xff\\0", None, b""]),
    "u64": pa.array([2**64 - 1, 0, None], pa.uint64()), "half": pa.array([1.5, None, 2], pa.float16()),
    "nan": [float("nan"), float("inf"), 1.0], "flag": [True, None, False], "nothing": pa.nulls(3),
    "uuid": pa.array([uuid.UUID(int=7).bytes] * 3, pa.uuid()),
}), "types.parquet")
buffers = [None, pa.py_buffer(b"\\0\\0\\0\\0\\2\\0\\0\\0"), pa.py_buffer(b"\\xff\\xfe")]
invalid = pa.Array.from_buffers(pa.string(), 1, buffers)
pq.write_table(pa.table({"good": [1], "bad": invalid}), "invalid.parquet")

class Keys(pe.KmsClient):
    def __init__(self, _): super().__init__()
    def wrap_key(self, key, _): return base64.b64encode(key).decode()
    def unwrap_key(self, key, _): return base64.b64decode(key)

for name, readable in (("sealed", False), ("partly", True)):
    factory = pe.CryptoFactory(Keys)
    how = pe.EncryptionConfiguration(footer_key="f", column_keys={"c": ["s"]}, plaintext_footer=readable)
    properties = factory.file_encryption_properties(pe.KmsConnectionConfig(), how)
    with pq.ParquetWriter(f"{name}.parquet", plain.schema, encryption_properties=properties) as writer:
        writer.write_table(plain)

same = pa.DictionaryArray.from_arrays(pa.array([0] * 200_000, pa.int32()), pa.array(["x" * 1_000_000]))
pq.write_table(pa.table({"s": same}), "references.parquet", dictionary_pagesize_limit=10_000_000)
pq.write_table(pa.table({"s": ["y" * 60_000_000]}), "bomb.parquet", compression="zstd", use_dictionary=False)
pq.write_table(pa.table({"s": ["x" * 1_000_000] * 400}), "prefixes.parquet",
    use_dictionary=False, column_encoding={"s": "DELTA_BYTE_ARRAY"}, compression="none")
pq.write_table(pa.table({f"c{i}": [float(i)] for i in range(450)}), "wide.parquet")
"""
)
