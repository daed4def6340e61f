import { Upload } from "lucide-react";
import { Link } from "react-router";
import { useSession } from "../../session/session";

/** What stands where nothing has ever arrived: the first steps. */
export function Welcome() {
  const { access, can } = useSession();
  const folder = access.prefix === undefined ? "" : `${access.prefix}/`;
  return (
    <section aria-labelledby="welcome" className="card mx-auto max-w-3xl p-6 sm:p-10">
      <h2 id="welcome" className="text-xl font-semibold">
        {folder ? `Nothing has arrived under ${folder} yet` : "Nothing has arrived yet"}
      </h2>
      <p className="mt-1 text-muted">
        Send a file, and see here within seconds what becomes of it. This page looks by itself.
      </p>
      <ol className="mt-6 space-y-6">
        {can("upload") && (
          <li>
            <h3 className="font-medium">Send one from here</h3>
            <p className="mb-3 text-muted">A table, a document, an image, an archive: one or many at once.</p>
            <Link
              to="/upload"
              className="inline-flex min-h-9 items-center gap-2 rounded-lg bg-accent px-3.5 py-1.5 font-medium text-on-accent hover:bg-accent-strong"
            >
              <Upload aria-hidden size={17} />
              Upload files
            </Link>
          </li>
        )}
        {access.prefix === undefined && (
          <li>
            <h3 className="font-medium">Or put one into the bucket</h3>
            <p className="text-muted">Whoever runs the stack sees the bucket&apos;s name in its outputs.</p>
            <pre className="mt-2 overflow-x-auto rounded-lg bg-sunken p-3 font-mono text-sm">
              aws s3 cp orders.csv &quot;s3://$(pulumi stack output incomingBucket)/by-hand/&quot;
            </pre>
          </li>
        )}
        <li>
          <h3 className="font-medium">Or let a program send them</h3>
          <p className="text-muted">
            <a className="link" href="/docs">
              The API&apos;s documentation
            </a>{" "}
            shows every request, and lets you try it.
          </p>
        </li>
      </ol>
    </section>
  );
}
