// A shop in one static file, with one habit. PORT and HABIT say which; it writes where Go programs do, to standard error.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"time"
)

type cart struct{ items map[string]int }

func main() {
	host, habit := os.Getenv("HOST"), os.Getenv("HABIT")
	if habit == "wants-a-variable" && os.Getenv("DATABASE_URL") == "" {
		log.Fatal("DATABASE_URL is not set")
	}
	server := &http.Server{Addr: host + ":" + os.Getenv("PORT")}
	if habit == "late-write" {
		// The deadline runs while the handler works: the answer finds the connection closed.
		server.WriteTimeout = 500 * time.Millisecond
	}
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch habit {
		case "panics":
			var none *cart
			none.items["tea"]++
		case "ends":
			log.Fatal("checkout: cannot reach the ledger")
		case "late", "late-write":
			time.Sleep(3 * time.Second)
		}
		fmt.Fprintf(w, "hello from %s\n", r.URL.Path)
	})
	log.Printf("shop listens on %s", server.Addr)
	log.Fatal(server.ListenAndServe())
}
