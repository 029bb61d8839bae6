/*
 * Performs one system call a line of its input, each in a process of its own, and prints OK or the name of the error.
 * A line: the number of x86-64, then up to five arguments: a number, @buf for 256 zeros, or a text behind a quote.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static char zeros[256];

static long argument(char *word) {
  if (strcmp(word, "@buf") == 0) return (long)zeros;
  if (word[0] == '"') return (long)(word + 1);
  return (long)(int)strtoul(word, NULL, 0);
}

int main(void) {
  static char line[1024];
  while (fgets(line, sizeof line, stdin) != NULL) {
    long a[6] = {0};
    int count = 0;
    for (char *word = strtok(line, " \n"); word != NULL && count < 6; word = strtok(NULL, " \n")) a[count++] = argument(word);
    fflush(stdout);
    int caller = fork();
    if (caller == 0) {
      /* Standing still is no answer. */
      alarm(2);
      chdir("/");
      long result = syscall(a[0], a[1], a[2], a[3], a[4], a[5]);
      int error = errno;
      /* A child of the call leaves at once; its parent speaks. */
      if (result == 0 && getppid() != 1 && (a[0] == SYS_fork || a[0] == SYS_vfork || a[0] == SYS_clone)) _exit(0);
      dprintf(1, "%s\n", result == -1 ? strerrorname_np(error) : "OK");
      _exit(0);
    }
    int status;
    waitpid(caller, &status, 0);
    if (WIFSIGNALED(status)) printf("killed by %d\n", WTERMSIG(status));
  }
  return 0;
}
