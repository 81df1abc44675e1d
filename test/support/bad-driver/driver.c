/* A PKCS#11 module that loads and then fails: C_Initialize never returns with -DHANG, and crashes without it. */
#include <stdlib.h>
#include <unistd.h>

static unsigned long initialize(void *arguments) {
  (void)arguments;
#ifdef HANG
  pause();
  return 0;
#else
  abort();
#endif
}

/* PKCS#11 v2.40 section 5.4: a version, then the functions, C_Initialize first. */
static struct {
  unsigned char major, minor;
  void *functions[68];
} list = {2, 40, {(void *)initialize}};

unsigned long C_GetFunctionList(void **functions) {
  *functions = &list;
  return 0;
}
