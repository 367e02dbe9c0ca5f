// What the system does for a process that supervises others and Swift cannot call: prctl, which takes any number of
// arguments, and fork.
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

// Makes orphans among the descendants children of this process. 0, or -1 with errno; without effect beside Linux.
static inline int adopt_orphans(void) {
#ifdef __linux__
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#else
    return 0;
#endif
}

// Starts a program in a session of its own, with `input` for its standard input and every signal as at birth. On Linux
// it is killed when the calling thread ends. Its process, or -1 with errno; a program that cannot be executed is such.
static inline pid_t start_bound_program(const char *path, char *const arguments[], int input) {
    int report[2];
    if (pipe(report) != 0) return -1;
    fcntl(report[0], F_SETFD, FD_CLOEXEC);
    fcntl(report[1], F_SETFD, FD_CLOEXEC);
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child == 0) {
#ifdef __linux__
        prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
        if (getppid() != parent) _exit(127);
#endif
        setsid();
        for (int number = 1; number < 65; number++) signal(number, SIG_DFL);
        sigset_t none;
        sigemptyset(&none);
        sigprocmask(SIG_SETMASK, &none, 0);
        if (dup2(input, STDIN_FILENO) >= 0) execv(path, arguments);
        const int code = errno;
        ssize_t written = write(report[1], &code, sizeof code);
        _exit(written == sizeof code ? 127 : 126);
    }
    int code = errno;
    close(report[1]);
    if (child > 0) {
        code = 0;
        while (read(report[0], &code, sizeof code) < 0 && errno == EINTR) {}
        if (code != 0) waitpid(child, 0, 0);
    }
    close(report[0]);
    if (child > 0 && code == 0) return child;
    errno = code;
    return -1;
}
