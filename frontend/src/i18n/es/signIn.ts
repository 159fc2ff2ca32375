export const signIn = {
  'signIn.title': 'Entrar',
  'signIn.submit': 'Entrar',
  'signIn.none': '¿Aún no tienes cuenta?',
  'signIn.register': 'Regístrate',
  'register.title': 'Crear una cuenta',
  'register.submit': 'Crear la cuenta',
  'register.have': '¿Ya tienes cuenta?',
  'form.name': 'Nombre',
  'form.email': 'Correo electrónico',
  'form.password': 'Contraseña',
  'form.password.hint': 'Al menos 12 caracteres. Unas pocas palabras se recuerdan bien.',
};
