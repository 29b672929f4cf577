
from renderer.kernels.jit import device
from renderer.kernels.math32 import ONE, ZERO
@device
def eval_environment(r, e, d):
    return d
@device
def sample_environment_pdf(r, e, d):
    return d[0]
@device
def sample_environment(a,b,c,d,e,f):
    return d
