import { Navigate, type RouteObject } from "react-router";
import { Broken, NotFound } from "./Broken";
import { Frame } from "./Frame";
import { Shell } from "./Shell";

/** Each view is a file of its own, fetched when it is first looked at. */
export const ROUTES: RouteObject[] = [
  {
    element: <Frame />,
    errorElement: <Broken />,
    hydrateFallbackElement: <Shell />,
    children: [
      { index: true, element: <Navigate to="/overview" replace /> },
      { path: "overview", lazy: () => import("../views/overview/OverviewView") },
      { path: "files", lazy: () => import("../views/files/FilesView") },
      { path: "files/:recordId", lazy: () => import("../views/file/FileView") },
      { path: "upload", lazy: () => import("../views/upload/UploadView") },
      { path: "quarantine", lazy: () => import("../views/quarantine/QuarantineView") },
      { path: "operations/:operationId", lazy: () => import("../views/quarantine/OperationView") },
      { path: "keys", lazy: () => import("../views/keys/KeysView") },
      { path: "*", element: <NotFound /> },
    ],
  },
];
