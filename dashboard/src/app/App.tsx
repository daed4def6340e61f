import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import { createHashRouter } from "react-router";
import { RouterProvider } from "react-router/dom";
import { isPassing } from "../api/problem";
import { ROUTES } from "./routes";

const MOST_ATTEMPTS = 3;

function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What is polled says so; nothing is asked for while the page is hidden.
        staleTime: 5_000,
        refetchIntervalInBackground: false,
        retry: (attempt, error) => attempt < MOST_ATTEMPTS && isPassing(error),
        networkMode: "always",
      },
      mutations: { networkMode: "always" },
    },
  });
}

export function App() {
  const [queries] = useState(newQueries);
  const [router] = useState(() => createHashRouter(ROUTES));
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
