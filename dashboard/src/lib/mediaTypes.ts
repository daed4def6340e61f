/** Short names of the types that files are detected as, most usual first; others are shown as they are. */
const LABELS: Record<string, string> = {
  "text/csv": "CSV",
  "text/tab-separated-values": "TSV",
  "application/json": "JSON",
  "application/x-ndjson": "JSON Lines",
  "application/vnd.apache.parquet": "Parquet",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Excel",
  "application/vnd.ms-excel.sheet.macroEnabled.12": "Excel with macros",
  "application/xml": "XML",
  "application/pdf": "PDF",
  "image/png": "PNG",
  "image/jpeg": "JPEG",
  "image/gif": "GIF",
  "image/webp": "WebP",
  "image/tiff": "TIFF",
  "image/svg+xml": "SVG",
  "application/zip": "ZIP",
  "application/gzip": "gzip",
  "application/zstd": "Zstandard",
  "application/x-tar": "tar",
  "text/plain": "Text",
  "text/html": "HTML",
  "application/octet-stream": "Unknown",
};

export const MEDIA_TYPES = Object.keys(LABELS);

export function typeLabel(mediaType: string): string {
  return LABELS[mediaType] ?? mediaType;
}
